import { expect, test } from "vitest";
import type { Consumption, Usage } from "../model/usage.ts";
import { noUsage } from "../model/usage.ts";
import { usageRecord } from "../rules/usage.ts";
import { Recount } from "./recount.ts";

const windows = {
  day: "2026-11-10",
  week: "2026-11-09",
  month: "2026-11-01",
  year: "2026-01-01",
  lifetime: "",
};

const used = (amount: bigint, count: number, over: Partial<Usage> = {}): Usage => ({
  day: { start: windows.day, amount, count },
  week: { start: windows.week, amount, count },
  month: { start: windows.month, amount, count },
  year: { start: windows.year, amount, count },
  lifetime: { start: "", amount, count },
  ...over,
});
const entry = (amount: number, over: Partial<Consumption["windows"]> = {}): Consumption => ({
  amount,
  count: 1,
  windows: { ...windows, ...over },
});
const faultsOf = (recount: Recount) => recount.faults().map(({ window }) => window);

test("what payments took of the windows that count now is what was counted", () => {
  const recount = new Recount(used(30n, 2));
  recount.add([entry(10)]);
  recount.add([entry(20)]);
  expect(recount.faults()).toEqual([]);
  expect(faultsOf(new Recount(noUsage))).toEqual([]);
});

test("another amount or another number of payments is found, in its window", () => {
  const day = { start: windows.day, amount: 11n, count: 1 };
  const more = new Recount(used(10n, 1, { day }));
  more.add([entry(10)]);
  expect(faultsOf(more)).toEqual(["day"]);
  const twice = new Recount(used(10n, 1, { year: { start: windows.year, amount: 10n, count: 2 } }));
  twice.add([entry(10)]);
  expect(faultsOf(twice)).toEqual(["year"]);
});

test("what was taken of a window that is over does not count, and still does of longer ones", () => {
  const recount = new Recount(used(10n, 1, { day: { start: windows.day, amount: 0n, count: 0 } }));
  recount.add([entry(10, { day: "2026-11-09" })]);
  expect(recount.faults()).toEqual([]);
});

test("a card that replaced another begins with what that one used, while its window lasts", () => {
  const inherited = usageRecord(
    used(5n, 1, { day: { start: "2026-11-09", amount: 5n, count: 1 } }),
  );
  const usage = used(15n, 2, { day: { start: windows.day, amount: 10n, count: 1 } });
  const recount = new Recount(usage, inherited);
  recount.add([entry(10)]);
  expect(recount.faults()).toEqual([]);
  const without = new Recount(usage);
  without.add([entry(10)]);
  expect(faultsOf(without)).toEqual(["week", "month", "year", "lifetime"]);
});
