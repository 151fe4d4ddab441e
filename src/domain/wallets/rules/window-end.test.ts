import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { windowEnd, windowStarts } from "./windows.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const windows = ["day", "week", "month", "year"] as const;

const ends = (window: (typeof windows)[number], time: string, zone: string): string =>
  new Date(windowEnd(window, Date.parse(time), zone)).toISOString();

describe("a window ends where the next one begins", () => {
  test.each<[(typeof windows)[number], string, string, string]>([
    ["day", "UTC", "2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z"],
    ["day", "UTC", "2026-11-22T23:59:59.999Z", "2026-11-23T00:00:00.000Z"],
    ["week", "UTC", "2026-11-22T23:59:59.999Z", "2026-11-23T00:00:00.000Z"],
    ["week", "UTC", "2026-11-23T00:00:00.000Z", "2026-11-30T00:00:00.000Z"],
    ["week", "UTC", "2026-12-31T12:00:00.000Z", "2027-01-04T00:00:00.000Z"],
    ["month", "UTC", "2026-12-31T12:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["month", "UTC", "2027-02-01T00:00:00.000Z", "2027-03-01T00:00:00.000Z"],
    ["month", "UTC", "2028-02-28T12:00:00.000Z", "2028-03-01T00:00:00.000Z"],
    ["day", "UTC", "2028-02-28T12:00:00.000Z", "2028-02-29T00:00:00.000Z"],
    ["year", "UTC", "2028-12-31T23:59:59.999Z", "2029-01-01T00:00:00.000Z"],
    // Days of 23 and 25 hours, and half and quarter hours.
    ["day", "Europe/Berlin", "2026-03-29T12:00:00.000Z", "2026-03-29T22:00:00.000Z"],
    ["day", "Europe/Berlin", "2026-10-25T12:00:00.000Z", "2026-10-25T23:00:00.000Z"],
    ["month", "Europe/Berlin", "2026-10-01T12:00:00.000Z", "2026-10-31T23:00:00.000Z"],
    ["year", "America/New_York", "2026-07-01T12:00:00.000Z", "2027-01-01T05:00:00.000Z"],
    ["day", "Asia/Kathmandu", "2026-11-22T12:00:00.000Z", "2026-11-22T18:15:00.000Z"],
    ["day", "America/St_Johns", "2026-11-01T12:00:00.000Z", "2026-11-02T03:30:00.000Z"],
    // Lord Howe saves half an hour.
    ["day", "Australia/Lord_Howe", "2026-04-05T00:00:00.000Z", "2026-04-05T13:30:00.000Z"],
    ["day", "Australia/Lord_Howe", "2026-10-04T00:00:00.000Z", "2026-10-04T13:00:00.000Z"],
    // Apia left out 30 December 2011: the 29th was followed by the 31st.
    ["day", "Pacific/Apia", "2011-12-29T12:00:00.000Z", "2011-12-30T10:00:00.000Z"],
    ["day", "Pacific/Apia", "2011-12-30T10:00:00.000Z", "2011-12-31T10:00:00.000Z"],
    ["week", "Pacific/Apia", "2011-12-29T12:00:00.000Z", "2012-01-01T10:00:00.000Z"],
    ["year", "Pacific/Apia", "2011-12-29T12:00:00.000Z", "2011-12-31T10:00:00.000Z"],
    // Clocks that leap over midnight: the day begins at one.
    ["day", "Asia/Beirut", "2026-03-28T12:00:00.000Z", "2026-03-28T22:00:00.000Z"],
    ["day", "America/Havana", "2026-03-07T12:00:00.000Z", "2026-03-08T05:00:00.000Z"],
    ["day", "America/Asuncion", "2023-09-30T12:00:00.000Z", "2023-10-01T04:00:00.000Z"],
    ["day", "Africa/Cairo", "2026-04-23T12:00:00.000Z", "2026-04-23T22:00:00.000Z"],
    // Clocks that are put back at midnight: the day's last hour comes twice.
    ["day", "Asia/Beirut", "2026-10-24T20:30:00.000Z", "2026-10-24T22:00:00.000Z"],
    ["day", "America/Asuncion", "2023-03-25T12:00:00.000Z", "2023-03-26T04:00:00.000Z"],
    // The ends of the earth.
    ["day", "Pacific/Kiritimati", "2026-11-22T09:59:59.999Z", "2026-11-22T10:00:00.000Z"],
    ["day", "Etc/GMT+12", "2026-11-22T12:00:00.000Z", "2026-11-23T12:00:00.000Z"],
  ])("the %s of %s at %s ends at %s", (window, zone, time, expected) => {
    expect(ends(window, time, zone)).toBe(expected);
  });
});

/**
 * The first minute after `at` whose wall clock shows a later window, found by looking at
 * every one of them; zones have changed only on whole minutes since 1972.
 */
const scanned = (window: (typeof windows)[number], at: number, zone: string): number => {
  const begun = keyOf(window, at, zone);
  const step = { day: minute, week: hour / 4, month: hour, year: hour }[window];
  for (let then = Math.floor(at / step) * step + step; ; then += step) {
    if (keyOf(window, then, zone) === begun) continue;
    let first = then;
    while (keyOf(window, first - minute, zone) !== begun) first -= minute;
    return first;
  }
};

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The window by its name on the wall, by another road than the code's. */
const keyOf = (window: (typeof windows)[number], at: number, zone: string): string => {
  // Swedes write dates as ISO 8601 does.
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone: zone });
  clocks.set(zone, clock);
  const date = clock.format(at);
  if (window !== "week") return date.slice(0, { day: 10, month: 7, year: 4 }[window]);
  const monday = new Date(`${date}T00:00:00Z`);
  while (monday.getUTCDay() !== 1) monday.setUTCDate(monday.getUTCDate() - 1);
  return monday.toISOString();
};

const restless = [
  "Asia/Beirut",
  "America/Havana",
  "America/Asuncion",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Africa/Cairo",
  "America/Santiago",
  "America/Nuuk",
  "Atlantic/Azores",
  "Africa/Casablanca",
  "America/St_Johns",
  "Europe/Berlin",
  "America/New_York",
  "Antarctica/Troll",
  "Asia/Tehran",
  "Pacific/Chatham",
];
const zones = Intl.supportedValuesOf("timeZone");
const anywhere = fc.oneof(fc.constantFrom(...restless), fc.constantFrom(...zones));
// From 2012 on no zone has had a day that ended twice (Newfoundland's did until November 2011).
const oldest = Date.parse("2011-11-15T00:00:00Z");
const newest = Date.parse("2040-01-01T00:00:00Z");
const anytime = fc.integer({ min: oldest, max: newest });

describe("for any zone and moment, a scan of the wall clock finds the same end", () => {
  test.each([
    ["day", 300],
    ["week", 60],
    ["month", 40],
    ["year", 6],
  ] as const)(
    "of the %s",
    (window, numRuns) => {
      fc.assert(
        fc.property(anywhere, anytime, (zone, at) => {
          expect([zone, windowEnd(window, at, zone)]).toEqual([zone, scanned(window, at, zone)]);
        }),
        { numRuns },
      );
    },
    20_000,
  );

  test("on every day of the restless zones' years on which their clocks changed", () => {
    let changes = 0;
    for (const zone of restless) {
      for (const year of [2011, 2016, 2023, 2026]) {
        const from = Math.max(Date.parse(`${year}-01-01T12:00Z`), oldest);
        for (let at = from; at < Date.parse(`${year + 1}-01-01T00:00Z`); at += day) {
          const length = windowEnd("day", at, zone) - windowEnd("day", at - day, zone);
          if (length === day) continue;
          changes += 1;
          for (const moment of [at - day, at]) {
            expect([zone, windowEnd("day", moment, zone)]).toEqual([
              zone,
              scanned("day", moment, zone),
            ]);
          }
        }
      }
    }
    expect(changes).toBeGreaterThan(50);
  }, 20_000);
});

test("up to its end a window is the one that counts, and from its end on another", () => {
  fc.assert(
    fc.property(anywhere, anytime, fc.constantFrom(...windows), (zone, at, window) => {
      const end = windowEnd(window, at, zone);
      const started = windowStarts(at, zone)[window];
      expect(end).toBeGreaterThan(at);
      expect(windowStarts(end - 1, zone)[window]).toBe(started);
      expect(windowStarts(end, zone)[window] > started).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
