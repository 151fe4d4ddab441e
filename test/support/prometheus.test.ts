import { expect, test } from "vitest";
import { prometheusProgram } from "./prometheus.ts";

const skipped = new Error("skipped");
const skip = (): never => {
  throw skipped;
};

test("a test without Prometheus is skipped, but fails in CI", () => {
  for (const env of [{ PATH: "" }, { PATH: "", CI: "" }, { PATH: "/nowhere", CI: "false" }]) {
    expect(() => prometheusProgram("promtool", skip, env)).toThrow(skipped);
  }
  expect(() => prometheusProgram("promtool", skip, { PATH: "", CI: "true" })).toThrow(
    /^CI is true, but there is no promtool/,
  );
});
