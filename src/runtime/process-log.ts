import process from "node:process";
import type { WriteLine } from "../observability/logger.ts";

/**
 * `info` on standard output, warnings and errors on standard error, the lines of one turn of the
 * event loop written together: one by one they took a seventh of a read's time, and a
 * twelfth of a refusal's. What waits when the process ends by itself is written then.
 */
export const writeToProcess = (): WriteLine => {
  const out = writeByTurn(process.stdout);
  const errors = writeByTurn(process.stderr);
  return (level, line) => (level === "info" ? out : errors)(line);
};

const writeByTurn = (stream: NodeJS.WriteStream): ((line: string) => void) => {
  let waiting = "";
  const flush = (): void => {
    if (waiting === "") return;
    const lines = waiting;
    waiting = "";
    stream.write(lines);
  };
  process.on("exit", flush);
  // Nobody reads any more: no reason to stop serving.
  stream.on("error", () => undefined);
  return (line) => {
    if (waiting === "") setImmediate(flush);
    waiting += `${line}\n`;
  };
};
