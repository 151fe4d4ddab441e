import { expect, test } from "vitest";
import { createLogger, type LogRecord } from "./logger.ts";

const capture = (record: LogRecord) => {
  const lines: string[] = [];
  createLogger(
    (level, line) => lines.push(`${level} ${line}`),
    () => 0,
  ).log("warn", record);
  return lines.join("\n");
};

test("a record is one line of JSON with its level and time", () => {
  expect(capture({ event: "started", port: 8787 })).toBe(
    'warn {"time":"1970-01-01T00:00:00.000Z","level":"warn","event":"started","port":8787}',
  );
});

test("a field that is not on the list is not written, whoever put it there", () => {
  const record = { event: "e", number: "4111111111111111", body: { cvv: "737" }, message: "x" };
  expect(JSON.parse(capture(record as LogRecord).slice(5))).toEqual({
    time: "1970-01-01T00:00:00.000Z",
    level: "warn",
    event: "e",
  });
});

test("a field that is on the list is written only as text or number", () => {
  const record = { event: "e", error: { message: "4111111111111111" }, code: ["4111111111111111"] };
  expect(capture(record as unknown as LogRecord)).not.toContain("4111");
});

test("a value cannot break its line, and is cut off", () => {
  const line = capture({ event: "a\nb", route: "x".repeat(10_000) });
  expect(line.split("\n")).toHaveLength(1);
  expect(line.length).toBeLessThan(400);
});
