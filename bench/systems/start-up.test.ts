import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startUpCpu } from "./start-up.ts";

test.runIf(existsSync("/proc/self/schedstat"))(
  "work that a bundle does when it is loaded is counted, and a Worker's own start is not",
  { timeout: 60_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "purser-start-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const costOf = async (source: string): Promise<number> => {
      const file = join(folder, "worker.js");
      await writeFile(file, source);
      const cpu = await startUpCpu(file);
      return cpu.with - cpu.without;
    };
    const nothing = await costOf("export default {};");
    const much = await costOf("let n = 0; for (let i = 0; i < 4e8; i++) n += i % 7; export { n };");
    expect(much).toBeGreaterThan(nothing);
  },
);
