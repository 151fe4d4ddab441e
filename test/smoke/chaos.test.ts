import { expect, test } from "vitest";
import { faultKinds, faultOf } from "../chaos/faults.ts";
import { reportText } from "../chaos/report.ts";
import { runChaos } from "../chaos/run.ts";

test("whatever is killed, cut off or filled up, what was acknowledged is there once, and service is back by itself", async () => {
  const said: string[] = [];
  const report = await runChaos({
    seed: crypto.randomUUID().slice(0, 8),
    runtime: "node",
    servers: 2,
    clients: 16,
    wallets: 12,
    kills: 1,
    seconds: undefined,
    pace: 0.25,
    diskMegabytes: { data: 256, wal: 160 },
    say: (line) => said.push(line),
  });
  const text = `${said.join("\n")}\n\n${reportText(report)}`;
  expect(report.breaches, text).toEqual([]);
  if (report.withoutDisks !== undefined) {
    console.warn(`The disks of a database were NOT filled up: ${report.withoutDisks}`);
  }
  const possible = faultKinds.filter(
    (kind) => report.withoutDisks === undefined || !faultOf(kind).onDisks,
  );
  const kinds = new Set(report.happened.map(({ kind }) => kind));
  expect([...kinds].sort(), text).toEqual([...possible].sort());
  expect(report.kills).toBeGreaterThanOrEqual(6);
  expect(report.cuts.commits, text).toBeGreaterThan(0);
}, 240_000);
