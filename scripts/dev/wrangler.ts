import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../postgres.ts";

const wrangler = fileURLToPath(new URL("../../node_modules/.bin/wrangler", import.meta.url));

/** `wrangler dev`, whatever its arguments say that it serves. */
export const wranglerDev = async (
  { port, folder }: { readonly port: number; readonly folder: string },
  args: readonly string[],
): Promise<[string, ...string[]]> => {
  const state = join(folder, "wrangler");
  await mkdir(state, { recursive: true });
  return [
    // Not by itself: its first line takes whichever Node the PATH has.
    process.execPath,
    wrangler,
    "dev",
    ...["--ip", "127.0.0.1", "--port", String(port)],
    ...["--inspector-ip", "127.0.0.1", "--inspector-port", String(await freePort())],
    ...["--persist-to", state],
    ...["--show-interactive-dev-session", "false", "--local", "--log-level", "log"],
    ...args,
  ];
};

/** Several servers side by side: nothing of wrangler's is shared, and nothing is sent home. */
export const wranglerEnvironment = (folder: string): Readonly<Record<string, string>> => ({
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG_PATH: join(folder, "wrangler-logs"),
  WRANGLER_REGISTRY_PATH: join(folder, "wrangler-registry"),
  // Nor is anything fetched from there.
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  // Our configuration comes by file; what happens to be in the shell stays out.
  CLOUDFLARE_INCLUDE_PROCESS_ENV: "false",
});

/** Variables and secrets in dotenv's format; single quotes keep everything as it is, and no value has one. */
export const writeVariables = async (
  file: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> => {
  const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'\n`);
  await writeFile(file, lines.join(""), { mode: 0o600 });
  await chmod(file, 0o600);
};
