import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasEnded } from "../guarded-child.ts";
import { freePort } from "../postgres.ts";
import { type ServiceName, serviceConfigFile, serviceNames } from "../services/service-names.ts";
import { buildWorker } from "../worker-bundle.ts";
import { type Place, servicesConfig } from "./services-config.ts";
import { serveConfig, type WorkerdProcess } from "./start.ts";
import { readWorkerSettings } from "./worker-settings.ts";

export interface ServicesOptions {
  /** What `buildServices` has written. */
  readonly bundles: string;
  /** Each service's variables and secrets. */
  readonly env: Readonly<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** A process each, so that one can end without the others. */
  readonly apart: boolean;
  /** What Durable Objects keep, and the configurations. */
  readonly folder: string;
  /** A file descriptor for what they print; our standard error without it. */
  readonly output?: number;
}

export interface RunningServices {
  /** Where the gateway serves. */
  readonly url: string;
  /** What the platform's cron trigger does. */
  readonly sweep: () => Promise<void>;
  /** The process of a service: of all of them, unless they are apart. */
  process(name: ServiceName): WorkerdProcess;
  /** Starts a service's process that has ended again, over what its Durable Objects have kept. */
  restart(name: ServiceName): Promise<void>;
  stop(): Promise<void>;
}

/** Bundles all of them, each into a folder of its own. */
export const buildServices = async (folder: string): Promise<void> => {
  await Promise.all(
    serviceNames.map((name) =>
      buildWorker(join(folder, name), "ignore", { config: serviceConfigFile(name) }),
    ),
  );
};

/** Runs Purser as three services in workerd itself: in one process, or in one each. */
export const startServices = async (options: ServicesOptions): Promise<RunningServices> => {
  const { apart, output = 2 } = options;
  const ports: Record<ServiceName | "cron", number> = {
    gateway: await freePort(),
    directory: await freePort(),
    wallets: await freePort(),
    cron: await freePort(),
  };
  const groups: readonly (readonly ServiceName[])[] = apart
    ? serviceNames.map((name) => [name])
    : [serviceNames];
  const running = new Map<readonly ServiceName[], WorkerdProcess>();
  const groupOf = (name: ServiceName): readonly ServiceName[] =>
    groups.find((group) => group.includes(name)) ?? [];
  const processOf = (name: ServiceName): WorkerdProcess => {
    const process = running.get(groupOf(name));
    if (!process) throw new Error(`${name} was never started`);
    return process;
  };
  const launch = async (group: readonly ServiceName[]): Promise<void> => {
    const folder = join(resolve(options.folder), group.join("-"));
    const objectsFolder = join(folder, "objects");
    await mkdir(objectsFolder, { recursive: true });
    const elsewhere = serviceNames.filter((name) => !group.includes(name));
    const config = servicesConfig({
      here: Object.fromEntries(group.map((name) => [name, place(options, name, ports[name])])),
      elsewhere: Object.fromEntries(elsewhere.map((name) => [name, ports[name]])),
      cronPort: group.includes("wallets") ? ports.cron : undefined,
      objectsFolder,
    });
    const env = Object.fromEntries(
      group.flatMap((name) =>
        Object.entries(options.env[name]).map(([key, value]) => [nameIn(name, key), value]),
      ),
    );
    // Asking for a cron trigger is an experiment of workerd's.
    const flags = ["--experimental"];
    const process = await serveConfig({ config, env, folder, output, flags });
    running.set(group, process);
    await untilListening(apart ? ports[group[0] ?? "gateway"] : ports.gateway, process);
  };

  const url = `http://127.0.0.1:${ports.gateway}`;
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((process) => process.stop()));
  };
  try {
    await Promise.all(groups.map(launch));
    await untilReady(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    sweep: async () => {
      const response = await fetch(`http://127.0.0.1:${ports.cron}`);
      if (!response.ok) throw new Error(`the sweep ended with ${await response.text()}`);
    },
    process: processOf,
    restart: (name) => launch(groupOf(name)),
    stop,
  };
};

const place = (
  { bundles, env, apart }: ServicesOptions,
  name: ServiceName,
  port: number,
): Place => ({
  settings: readWorkerSettings(serviceConfigFile(name)),
  module: resolve(bundles, name, `${name}.js`),
  environment: Object.fromEntries(Object.keys(env[name]).map((key) => [key, nameIn(name, key)])),
  port: apart || name === "gateway" ? port : undefined,
});

/** Services of one process share its environment, and each has a database of its own. */
const nameIn = (service: ServiceName, name: string): string => `${service}_${name}`;

/** From then on it takes calls: workerd listens when it has loaded everything. */
const untilListening = async (port: number, { child }: WorkerdProcess): Promise<void> => {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(20)) {
    if (hasEnded(child.process)) {
      throw new Error(`workerd ended with ${child.process.exitCode ?? "a signal"}`);
    }
    const socket = connect(port, "127.0.0.1");
    const listening = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (listening) return;
  }
  throw new Error(`nobody listens on ${port} after a minute`);
};

/** The gateway says so when all of them are. */
const untilReady = async (url: string): Promise<void> => {
  let status = 0;
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
    const response = await fetch(new URL("/ready", url), { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    status = response.status;
    if (status === 200) return;
  }
  throw new Error(`the services are not ready after a minute: ${status}`);
};
