import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { experimental_readRawConfig } from "wrangler";
import type { Context } from "../../src/db/contexts.ts";
import { type GuardedChild, spawnGuarded } from "../guarded-child.ts";
import type { Secrets } from "../secrets.ts";
import { type ServiceName, serviceConfigFile, serviceNames } from "../services/service-names.ts";
import { serviceSecrets } from "../services/service-secrets.ts";
import { readWorkerSettings } from "../workerd/worker-settings.ts";
import { wranglerDev, wranglerEnvironment, writeVariables } from "./wrangler.ts";

export interface DevServicesOptions {
  readonly port: number;
  /** Holds wrangler's state, configurations with the secrets, and its logs. */
  readonly folder: string;
  readonly throwaway: boolean;
  readonly secrets: Secrets;
  readonly urls: Readonly<Record<Context, string>>;
  /** Of a standby, or empty. */
  readonly readUrls: Readonly<Record<Context, string>>;
  /** How databases are reached. */
  readonly neon: Readonly<Record<string, string>>;
  /** What the gateway is told besides its secrets. */
  readonly edge: Readonly<Record<string, string>>;
}

/** Purser as three Workers of one `wrangler dev`, and one in front for what the platform does. */
export const startDevServices = async (options: DevServicesOptions): Promise<GuardedChild> => {
  const { folder, secrets, neon, edge, throwaway } = options;
  const ofService = serviceSecrets(secrets);
  const database = (context: Context) => ({
    ...neon,
    DATABASE_URL: options.urls[context],
    DATABASE_READ_URL: options.readUrls[context],
  });
  const variables: Record<ServiceName, Readonly<Record<string, string>>> = {
    gateway: { ...ofService.gateway, ...edge },
    directory: { ...ofService.directory, ...database("directory") },
    wallets: { ...ofService.wallets, ...database("wallets") },
  };
  const configs = [await writeFront(folder)];
  for (const name of serviceNames) configs.push(await writeService(folder, name, variables[name]));
  const [command, ...args] = await wranglerDev(
    options,
    configs.flatMap((config) => ["--config", config]),
  );
  return spawnGuarded(command, args, {
    cwd: folder,
    env: { ...process.env, ...wranglerEnvironment(folder) },
    output: [2, 2],
    signal: "SIGTERM",
    wholeGroup: true,
    remove: throwaway ? folder : undefined,
  });
};

/** The first Worker is the one that the port leads to. */
const writeFront = (parent: string): Promise<string> =>
  writeConfig(join(parent, "front"), {
    name: "purser-front",
    main: fileURLToPath(new URL("front.js", import.meta.url)),
    compatibility_date: readWorkerSettings().compatibilityDate,
    compatibility_flags: ["service_binding_extra_handlers"],
    services: [
      { binding: "GATEWAY", service: "purser-gateway" },
      { binding: "WALLETS", service: "purser-wallets" },
    ],
  });

const writeConfig = async (folder: string, config: object): Promise<string> => {
  const file = join(folder, "wrangler.json");
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(config, null, 2));
  return file;
};

/**
 * A copy of the service's configuration, in a folder of its own: of several Workers, each
 * has its secrets from the `.dev.vars` beside its configuration and from nowhere else.
 */
const writeService = async (
  parent: string,
  name: ServiceName,
  variables: Readonly<Record<string, string>>,
): Promise<string> => {
  const original = serviceConfigFile(name);
  const { rawConfig } = experimental_readRawConfig({ config: original }) as {
    readonly rawConfig: RawConfig;
  };
  const absolute = (path: string): string => resolve(dirname(original), path);
  const { main, assets, ...config } = rawConfig;
  const file = await writeConfig(join(parent, name), {
    ...config,
    main: absolute(main),
    ...(assets && { assets: { ...assets, directory: absolute(assets.directory) } }),
  });
  await writeVariables(join(parent, name, ".dev.vars"), variables);
  return file;
};

interface RawConfig {
  readonly main: string;
  readonly assets?: { readonly directory: string };
}
