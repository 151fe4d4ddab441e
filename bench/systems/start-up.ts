import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnGuarded } from "../../scripts/guarded-child.ts";
import { freePort } from "../../scripts/postgres.ts";
import { capnpText, Embedded } from "../../scripts/workerd/capnp.ts";
import { program } from "../../scripts/workerd/start.ts";
import { readWorkerSettings } from "../../scripts/workerd/worker-settings.ts";

/**
 * How long a processor works, in milliseconds, until workerd has answered once: with a
 * Worker that does nothing, and with one that does nothing after it has loaded the bundle.
 * The difference is what the bundle's start costs. All of the process's threads count.
 */
export const startUpCpu = async (bundle: string): Promise<{ with: number; without: number }> => {
  const folder = await mkdtemp(join(tmpdir(), "purser-bench-"));
  try {
    await copyFile(bundle, join(folder, "bundle.js"));
    return {
      without: await cpuUntilAnswered(folder, false),
      with: await cpuUntilAnswered(folder, true),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const answers = 'export default { fetch: () => new Response("") };';

const cpuUntilAnswered = async (folder: string, loads: boolean): Promise<number> => {
  const port = await freePort();
  const { compatibilityDate, compatibilityFlags } = readWorkerSettings();
  const modules = [
    { name: "main.js", esModule: loads ? `import "bundle.js"; ${answers}` : answers },
    ...(loads ? [{ name: "bundle.js", esModule: new Embedded(join(folder, "bundle.js")) }] : []),
  ];
  const config = {
    services: [{ name: "main", worker: { compatibilityDate, compatibilityFlags, modules } }],
    sockets: [{ name: "main", address: `127.0.0.1:${port}`, http: {}, service: "main" }],
  };
  const file = join(folder, "workerd.capnp");
  await writeFile(
    file,
    `using Workerd = import "/workerd/workerd.capnp";\nconst config :Workerd.Config = ${capnpText(config)};\n`,
  );
  const child = spawnGuarded(program(), ["serve", file, "--import-path=/"], {
    cwd: folder,
    env: {},
    output: [2, 2],
    signal: "SIGTERM",
  });
  try {
    await answered(port);
    return await cpuOf(child.process.pid ?? 0);
  } finally {
    await child.stop();
  }
};

const answered = async (port: number): Promise<void> => {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(20)) {
    const ok = await fetch(`http://127.0.0.1:${port}`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ok) return;
  }
  throw new Error("workerd does not answer after half a minute");
};

/** Of a process with all its threads, in milliseconds, as Linux counts it to the nanosecond. */
const cpuOf = async (pid: number): Promise<number> => {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(
    threads.map(async (thread) => {
      const [ns] = (await readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8")).split(" ");
      return Number(ns);
    }),
  );
  return times.reduce((sum, ns) => sum + ns, 0) / 1e6;
};
