import process from "node:process";
import type { WriteLine } from "../observability/logger.ts";

/**
 * Lines on standard output, those of one turn of the event loop written together: one by
 * one they took a seventh of a read's time. Warnings and errors go to standard error at once,
 * as on a console. What waits when the process ends by itself is written then.
 */
export const writeToProcess = (): WriteLine => {
  let waiting = "";
  const flush = (): void => {
    if (waiting === "") return;
    const lines = waiting;
    waiting = "";
    process.stdout.write(lines);
  };
  process.on("exit", flush);
  // Nobody reads any more: no reason to stop serving.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  return (level, line) => {
    if (level !== "info") {
      process.stderr.write(`${line}\n`);
      return;
    }
    if (waiting === "") setImmediate(flush);
    waiting += `${line}\n`;
  };
};
