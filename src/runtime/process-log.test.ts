import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test, vi } from "vitest";
import { turn } from "../../test/support/turn.ts";
import { writeToProcess } from "./process-log.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const watched = () => {
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const exits: (() => void)[] = [];
  vi.spyOn(process, "on").mockImplementation((event, listener) => {
    if (event === "exit") exits.push(listener as () => void);
    return process;
  });
  const write = writeToProcess();
  const written = (stream: typeof out) => stream.mock.calls.map(([text]) => text);
  return {
    write,
    exit: () => {
      for (const end of exits) end();
    },
    out: () => written(out),
    err: () => written(err),
  };
};

test("lines of one turn are written together, in order, and those of the next after them", async () => {
  const { write, out } = watched();
  write("info", "a");
  write("info", "b");
  expect(out()).toEqual([]);
  await turn();
  write("info", "c");
  await turn();
  await turn();
  expect(out()).toEqual(["a\nb\n", "c\n"]);
});

test("warnings and errors are written apart from the rest, together, too", async () => {
  const { write, out, err } = watched();
  write("warn", "a");
  write("info", "b");
  write("error", "c");
  expect([out(), err()]).toEqual([[], []]);
  await turn();
  expect([out(), err()]).toEqual([["b\n"], ["a\nc\n"]]);
});

test("what waits when the process ends is written", async () => {
  const { write, out, err, exit } = watched();
  write("info", "last");
  write("error", "and why");
  exit();
  await turn();
  expect([out(), err()]).toEqual([["last\n"], ["and why\n"]]);
});

test("a process goes on when nobody reads what it writes", async () => {
  const module = new URL("process-log.ts", import.meta.url).href;
  const script = `
    import { writeToProcess } from ${JSON.stringify(module)};
    const write = writeToProcess();
    process.stdin.once("data", async () => {
      for (let turn = 0; turn < 5; turn++) {
        write("info", "line");
        write("error", "line");
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      process.exit(7);
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
  child.stdout.destroy();
  child.stderr.destroy();
  child.stdin.write("go");
  expect(await once(child, "exit")).toEqual([7, null]);
});
