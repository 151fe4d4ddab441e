import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../scripts/postgres.ts";
import { inspect } from "./inspector.ts";

const MiB = 2 ** 20;

/** On a line of input it keeps 8 MiB of text more, and makes as much that nobody keeps. */
const hoarder = `
const kept = [];
process.stdin.on("data", () => {
  for (let n = 0; n < 8; n++) {
    kept.push(Array.from({ length: 131_072 }, (_, at) => at + 0.5));
    Array.from({ length: 131_072 }, (_, at) => at + 0.5);
  }
  process.stdout.write("done");
});`;

test("tells what a process keeps, and not what it has thrown away", async () => {
  const port = await freePort();
  const child = spawn(process.execPath, [`--inspect=127.0.0.1:${port}`, "-e", hoarder], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill());
  const inspector = await inspect(port);
  onTestFinished(() => inspector.close());
  const heap: number[] = [await inspector.heapAfterCollection()];
  for (let n = 0; n < 3; n++) {
    child.stdin?.write("more\n");
    await once(child.stdout, "data");
    heap.push(await inspector.heapAfterCollection());
  }
  const growth = heap.slice(1).map((bytes, at) => Math.round((bytes - (heap[at] ?? 0)) / MiB));
  expect(growth).toEqual([8, 8, 8]);
});
