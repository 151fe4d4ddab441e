import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildWorker } from "../../scripts/worker-bundle.ts";
import type { Finding } from "../result.ts";
import { exactly, meanInterval } from "../statistics/interval.ts";
import { startUpCpu } from "../systems/start-up.ts";
import { notInSmoke, type Scenario } from "./scenario.ts";

const mostKib = 300;
const mostCpuMs = 50;

const starts = { smoke: 2, quick: 5, full: 15 } as const;

/** What a start takes, about. */
const startSeconds = 1;

/** Linux tells how long each thread has worked; nobody else does. */
const canMeasureCpu = existsSync("/proc/self/schedstat");

export const bundle: Scenario = {
  id: "bundle",
  title: "The Worker's bundle",
  about:
    "Built as it is deployed, and compressed with gzip. Its start: the time that a processor works in workerd " +
    "until a Worker that has loaded the bundle answers, less that of one that has not, all threads counted.",
  profiles: notInSmoke,
  seconds: ({ name }) => 8 + starts[name] * startSeconds,
  run: async ({ profile, progress }) => {
    const folder = await mkdtemp(join(tmpdir(), "purser-bench-"));
    try {
      await buildWorker(folder, "ignore");
      const file = join(folder, "worker.js");
      const kib = gzipSync(await readFile(file)).length / 1_024;
      progress.advance(8, "the bundle");
      const cpu: number[] = [];
      while (canMeasureCpu && cpu.length < starts[profile.name]) {
        const measured = await startUpCpu(file);
        cpu.push(measured.with - measured.without);
        progress.advance(startSeconds, "starting the bundle");
      }
      const size: Finding = {
        title: "size, gzipped",
        unit: "KiB",
        interval: exactly(kib),
        claim: { text: "The Worker's bundle, gzipped", target: { atMost: mostKib } },
      };
      const start = (): Finding => ({
        title: "start-up",
        unit: "ms",
        interval: meanInterval(cpu),
        claim: { text: "The Worker's start-up, processor time", target: { atMost: mostCpuMs } },
      });
      return {
        measured: [],
        findings: canMeasureCpu ? [size, start()] : [size],
        notes: canMeasureCpu ? [] : ["Its start was not measured: that takes Linux."],
        chart: {
          title: "The Worker's bundle, of what is promised at most",
          bars: [
            { label: "size, gzipped", value: kib / mostKib },
            ...(canMeasureCpu ? [shareOf(cpu)] : []),
          ],
        },
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const shareOf = (cpu: readonly number[]) => {
  const { estimate, low, high } = meanInterval(cpu.map((ms) => ms / mostCpuMs));
  return { label: "start-up, processor time", value: estimate, low, high };
};
