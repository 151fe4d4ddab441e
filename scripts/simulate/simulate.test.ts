import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { simulateArguments } from "./options.ts";

const script = fileURLToPath(new URL("../simulate.ts", import.meta.url));

const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), out, err });
    });
  });

test("a run that keeps every promise says how much it did, and ends with 0", async () => {
  const { code, out } = await run("--seed", "3", "--steps", "900", "--world", "400");
  expect([code, out.split("\n")[0]]).toEqual([
    0,
    expect.stringMatching(/^[\d,]+ steps in \d worlds/),
  ]);
  expect(out).toContain("every promise was kept");
}, 60_000);

test("a failure brings itself back by what it prints, whole and shrunk", async () => {
  const mutant = ["--mutant", "refused batch"];
  const { code, out } = await run("--seed", "1", "--steps", "30000", ...mutant);
  expect(code).toBe(1);
  const broken = /^Seed (\d+), step ([\d,]+) breaks "(\w+)"/m.exec(out);
  const [whole, shrunk] = out.match(/^Again: npm run simulate -- (.*)$/gm) ?? [];
  expect(broken?.[3]).toBe("refused_not_at_all");
  expect(shrunk).toContain("--only");
  for (const line of [whole, shrunk]) {
    const args = [...(line ?? "").matchAll(/--(\w+) ('[^']*'|\S+)/g)].flatMap(([, name, value]) => [
      `--${name}`,
      (value ?? "").replaceAll("'", ""),
    ]);
    const again = await run(...args, "--no-shrink");
    expect([again.code, again.out]).toEqual([1, expect.stringContaining('"refused_not_at_all"')]);
  }
  const cured = await run("--seed", String(broken?.[1]), "--steps", "1000");
  expect(cured.code).toBe(0);
}, 120_000);

test.each([
  [["--bogus"], "Unknown option"],
  [["--steps", "none"], "--steps wants 1 or more"],
  [["--mutant", "no such bug"], "--mutant wants a part of one of these names"],
])("%j cannot run, and says why", async (args, why) => {
  const { code, err } = await run(...args);
  expect([code, err]).toEqual([2, expect.stringContaining(why)]);
});

test("numbers may be grouped, and parts are separated by commas", () => {
  expect(
    simulateArguments(["--steps", "1_000_000", "--only", "c0.1:deposit,c1.2:capture"]),
  ).toEqual({
    seed: 1,
    steps: 1_000_000,
    worldSteps: 10_000,
    only: ["c0.1:deposit", "c1.2:capture"],
    mutant: undefined,
    shrinks: true,
    trace: false,
  });
});
