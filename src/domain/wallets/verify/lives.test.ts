import { describe, expect, test } from "vitest";
import { memoryVerifyReads } from "../../../../test/support/memory-verify-reads.ts";
import { type TamperedLedger, tamperedMemory } from "../../../../test/support/tampered-memory.ts";
import type { Authorization } from "../model/authorization.ts";
import { livesUpTo, paymentAfter, RecentPayments } from "./payments.ts";

const livesIn = (ledger: TamperedLedger, ...sequences: readonly number[]) =>
  livesUpTo(memoryVerifyReads(ledger.rows), ledger.activity.main, sequences);

/** The events of the payment that was incremented, captured and reversed in part. */
const lifeOf = (ledger: TamperedLedger) => {
  const { open } = ledger.activity;
  return ledger
    .log()
    .filter(({ dataText }) => dataText.includes(`"authorization":{"id":"${open}"`));
};

describe("a payment's life", () => {
  test("is walked back from any event of it to its decision, oldest first", async () => {
    const ledger = await tamperedMemory();
    const life = lifeOf(ledger).map(({ sequence }) => sequence);
    expect(life.length).toBeGreaterThan(3);
    const [first = 0, second = 0] = life;
    const last = life.at(-1) ?? 0;
    const lives = await livesIn(ledger, last, second, first);
    const found = [...lives].map(([end, links]) => [end, links.map(({ event }) => event.sequence)]);
    expect(new Map(found as [number, number[]][])).toEqual(
      new Map([
        [last, life],
        [second, [first, second]],
        [first, [first]],
      ]),
    );
    const payment = paymentAfter(lives.get(last) ?? [], "organization");
    expect(payment).toMatchObject({ id: ledger.activity.open, sequence: last });
  });

  test("is none from an event of something else, from no event, or from what is no JSON", async () => {
    const ledger = await tamperedMemory();
    const deposit = ledger.event("deposit.booked").sequence;
    const end = lifeOf(ledger).at(-1);
    if (end) end.dataText = "x";
    expect(await livesIn(ledger, deposit, 10_000, end?.sequence ?? 0)).toEqual(new Map());
    expect(await livesIn(ledger)).toEqual(new Map());
  });

  test("that is broken off, or goes through another payment's events, is none", async () => {
    const whole = await tamperedMemory();
    const events = lifeOf(whole);
    const last = events.at(-1);
    const other = whole.event("authorization.approved");
    for (const previous of [other.sequence, 10_000, last?.sequence ?? 0]) {
      const ledger = await tamperedMemory();
      const end = lifeOf(ledger).at(-1);
      if (!end) throw new Error("there is no life");
      ledger.rewrite(end, (_, data) => {
        data.previous = previous;
      });
      expect(await livesIn(ledger, end.sequence), String(previous)).toEqual(new Map());
    }
  });
});

test("payments that were met lately are kept, the longest unused forgotten first", () => {
  const recent = new RecentPayments();
  const put = (id: string) => recent.put({ id } as Authorization);
  for (const id of ["a", "b", "c"]) put(id);
  put("a");
  recent.trim(3);
  expect(["a", "b", "c"].map((id) => recent.get(id)?.id)).toEqual(["a", "b", "c"]);
  recent.trim(2);
  expect(["a", "b", "c"].map((id) => recent.get(id)?.id)).toEqual(["a", undefined, "c"]);
  recent.trim(0);
  expect(recent.get("a")).toBeUndefined();
});
