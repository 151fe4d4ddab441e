import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";
import { countStatements } from "./statement-metrics.ts";

test("statements are counted by how they ended", () => {
  const metrics = createMetrics({ version: "1", runtime: "node" });
  const count = countStatements(metrics);
  count({ name: "commit", durationMs: 4, ok: true });
  count({ name: "commit", durationMs: 4, ok: false, sqlState: "40P01" });
  count({ name: "commit", durationMs: 4, ok: false });
  expect(metrics.databaseStatements.snapshot().series.map(({ labels }) => labels[1]?.[1])).toEqual([
    "ok",
    "rejected",
    "unreachable",
  ]);
  expect(metrics.databaseDuration.snapshot().series).toMatchObject([{ sum: 0.012 }]);
});
