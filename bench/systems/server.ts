import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { untilServing } from "../../scripts/dev/server.ts";
import { spawnGuarded } from "../../scripts/guarded-child.ts";
import { freePort } from "../../scripts/postgres.ts";
import { denoFlags, nodeFlags } from "../../scripts/runtime-flags.ts";

export interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface ProcessOptions {
  /** From the project's folder. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly runtime?: "node" | "deno";
  /** For the runtime itself. */
  readonly flags?: readonly string[];
}

/** A server in a process of its own. What it logs is written and goes nowhere, as fast as that can be. */
export const startServerProcess = async (options: ProcessOptions): Promise<Server> => {
  const { entry, env, runtime = "node", flags = [] } = options;
  const folder = await mkdtemp(join(tmpdir(), "purser-bench-"));
  const errors = join(folder, "errors.log");
  const output = [openSync("/dev/null", "w"), openSync(errors, "a")] as const;
  const port = await freePort();
  const [command, args] =
    runtime === "node"
      ? [process.execPath, [...nodeFlags, ...flags]]
      : [join(root, "node_modules", ".bin", "deno"), [...denoFlags, ...flags]];
  const server = spawnGuarded(command, [...args, join(root, entry)], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      HOST: "127.0.0.1",
      PORT: `${port}`,
      ...env,
    },
    output,
    signal: "SIGTERM",
    wholeGroup: true,
    remove: folder,
  });
  for (const file of output) closeSync(file);
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilServing(`http://127.0.0.1:${port}`, server);
  } catch (error) {
    const said = await readFile(errors, "utf8").catch(() => "");
    await stop();
    throw new Error(`${entry}: ${error instanceof Error ? error.message : error}\n${said}`);
  }
  return { port, stop };
};
