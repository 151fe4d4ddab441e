import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { localDate, windowEnd, windowStarts } from "./windows.ts";

/** The windows in one line: day, week, month, year. */
const windowsAt = (time: string, timezone: string): string => {
  const { day, week, month, year, lifetime } = windowStarts(Date.parse(time), timezone);
  expect(lifetime).toBe("");
  return [day, week, month, year].join(" ");
};

describe("a window is named by its first local date", () => {
  test.each([
    // Monday weeks: Sunday belongs to the week before, Monday begins one.
    ["UTC", "2026-11-22T23:59:59.999Z", "2026-11-22 2026-11-16 2026-11-01 2026-01-01"],
    ["UTC", "2026-11-23T00:00:00.000Z", "2026-11-23 2026-11-23 2026-11-01 2026-01-01"],
    // A week that began in the year before.
    ["UTC", "2026-12-31T23:59:59.999Z", "2026-12-31 2026-12-28 2026-12-01 2026-01-01"],
    ["UTC", "2027-01-01T00:00:00.000Z", "2027-01-01 2026-12-28 2027-01-01 2027-01-01"],
    // Leap days, and the years that have none.
    ["UTC", "2028-02-29T12:00:00.000Z", "2028-02-29 2028-02-28 2028-02-01 2028-01-01"],
    ["UTC", "2028-02-29T23:59:59.999Z", "2028-02-29 2028-02-28 2028-02-01 2028-01-01"],
    ["UTC", "2028-03-01T00:00:00.000Z", "2028-03-01 2028-02-28 2028-03-01 2028-01-01"],
    ["UTC", "2027-02-28T23:59:59.999Z", "2027-02-28 2027-02-22 2027-02-01 2027-01-01"],
    ["UTC", "2100-02-28T23:59:59.999Z", "2100-02-28 2100-02-22 2100-02-01 2100-01-01"],
    ["UTC", "2100-03-01T00:00:00.000Z", "2100-03-01 2100-03-01 2100-03-01 2100-01-01"],
    // Month ends of 30 and 31 days.
    ["UTC", "2026-04-30T23:59:59.999Z", "2026-04-30 2026-04-27 2026-04-01 2026-01-01"],
    ["UTC", "2026-05-31T23:59:59.999Z", "2026-05-31 2026-05-25 2026-05-01 2026-01-01"],
    // Berlin: the day of 23 hours begins in winter time and ends in summer time ...
    ["Europe/Berlin", "2026-03-28T22:59:59.999Z", "2026-03-28 2026-03-23 2026-03-01 2026-01-01"],
    ["Europe/Berlin", "2026-03-28T23:00:00.000Z", "2026-03-29 2026-03-23 2026-03-01 2026-01-01"],
    ["Europe/Berlin", "2026-03-29T21:59:59.999Z", "2026-03-29 2026-03-23 2026-03-01 2026-01-01"],
    ["Europe/Berlin", "2026-03-29T22:00:00.000Z", "2026-03-30 2026-03-30 2026-03-01 2026-01-01"],
    // ... and the one of 25 the other way round.
    ["Europe/Berlin", "2026-10-24T22:00:00.000Z", "2026-10-25 2026-10-19 2026-10-01 2026-01-01"],
    ["Europe/Berlin", "2026-10-25T22:59:59.999Z", "2026-10-25 2026-10-19 2026-10-01 2026-01-01"],
    ["Europe/Berlin", "2026-10-25T23:00:00.000Z", "2026-10-26 2026-10-26 2026-10-01 2026-01-01"],
    // New York.
    ["America/New_York", "2026-03-08T04:59:59.999Z", "2026-03-07 2026-03-02 2026-03-01 2026-01-01"],
    ["America/New_York", "2026-03-08T05:00:00.000Z", "2026-03-08 2026-03-02 2026-03-01 2026-01-01"],
    ["America/New_York", "2026-03-09T03:59:59.999Z", "2026-03-08 2026-03-02 2026-03-01 2026-01-01"],
    ["America/New_York", "2026-03-09T04:00:00.000Z", "2026-03-09 2026-03-09 2026-03-01 2026-01-01"],
    ["America/New_York", "2026-11-01T03:59:59.999Z", "2026-10-31 2026-10-26 2026-10-01 2026-01-01"],
    ["America/New_York", "2026-11-01T04:00:00.000Z", "2026-11-01 2026-10-26 2026-11-01 2026-01-01"],
    ["America/New_York", "2026-11-02T04:59:59.999Z", "2026-11-01 2026-10-26 2026-11-01 2026-01-01"],
    ["America/New_York", "2026-11-02T05:00:00.000Z", "2026-11-02 2026-11-02 2026-11-01 2026-01-01"],
    // Half and quarter hours.
    ["Asia/Kolkata", "2026-12-31T18:29:59.999Z", "2026-12-31 2026-12-28 2026-12-01 2026-01-01"],
    ["Asia/Kolkata", "2026-12-31T18:30:00.000Z", "2027-01-01 2026-12-28 2027-01-01 2027-01-01"],
    ["Asia/Kathmandu", "2026-11-22T18:14:59.999Z", "2026-11-22 2026-11-16 2026-11-01 2026-01-01"],
    ["Asia/Kathmandu", "2026-11-22T18:15:00.000Z", "2026-11-23 2026-11-23 2026-11-01 2026-01-01"],
    ["America/St_Johns", "2026-11-02T03:29:59.999Z", "2026-11-01 2026-10-26 2026-11-01 2026-01-01"],
    ["America/St_Johns", "2026-11-02T03:30:00.000Z", "2026-11-02 2026-11-02 2026-11-01 2026-01-01"],
    ["America/St_Johns", "2026-07-01T02:29:59.999Z", "2026-06-30 2026-06-29 2026-06-01 2026-01-01"],
    ["America/St_Johns", "2026-07-01T02:30:00.000Z", "2026-07-01 2026-06-29 2026-07-01 2026-01-01"],
    // Lord Howe saves half an hour: UTC+11 in summer, +10:30 in winter.
    [
      "Australia/Lord_Howe",
      "2026-04-04T12:59:59.999Z",
      "2026-04-04 2026-03-30 2026-04-01 2026-01-01",
    ],
    [
      "Australia/Lord_Howe",
      "2026-04-04T13:00:00.000Z",
      "2026-04-05 2026-03-30 2026-04-01 2026-01-01",
    ],
    [
      "Australia/Lord_Howe",
      "2026-04-05T13:29:59.999Z",
      "2026-04-05 2026-03-30 2026-04-01 2026-01-01",
    ],
    [
      "Australia/Lord_Howe",
      "2026-04-05T13:30:00.000Z",
      "2026-04-06 2026-04-06 2026-04-01 2026-01-01",
    ],
    [
      "Australia/Lord_Howe",
      "2026-10-04T12:59:59.999Z",
      "2026-10-04 2026-09-28 2026-10-01 2026-01-01",
    ],
    [
      "Australia/Lord_Howe",
      "2026-10-04T13:00:00.000Z",
      "2026-10-05 2026-10-05 2026-10-01 2026-01-01",
    ],
    // Apia is 13 hours ahead, and once left out a day: 30 December 2011 was not.
    ["Pacific/Apia", "2026-12-31T10:59:59.999Z", "2026-12-31 2026-12-28 2026-12-01 2026-01-01"],
    ["Pacific/Apia", "2026-12-31T11:00:00.000Z", "2027-01-01 2026-12-28 2027-01-01 2027-01-01"],
    ["Pacific/Apia", "2011-12-30T09:59:59.999Z", "2011-12-29 2011-12-26 2011-12-01 2011-01-01"],
    ["Pacific/Apia", "2011-12-30T10:00:00.000Z", "2011-12-31 2011-12-26 2011-12-01 2011-01-01"],
    // The ends of the earth, one day and two hours apart.
    [
      "Pacific/Kiritimati",
      "2026-11-22T10:00:00.000Z",
      "2026-11-23 2026-11-23 2026-11-01 2026-01-01",
    ],
    ["Etc/GMT+12", "2026-11-23T11:59:59.999Z", "2026-11-22 2026-11-16 2026-11-01 2026-01-01"],
  ])("in %s at %s", (timezone, time, expected) => {
    expect(windowsAt(time, timezone)).toBe(expected);
  });

  test.each([
    ["Europe/Berlin", "2026-03-29", 23],
    ["Europe/Berlin", "2026-10-25", 25],
    ["America/New_York", "2026-03-08", 23],
    ["America/New_York", "2026-11-01", 25],
    ["Australia/Lord_Howe", "2026-04-05", 24.5],
    ["Australia/Lord_Howe", "2026-10-04", 23.5],
    ["Asia/Kolkata", "2026-10-25", 24],
  ])("the day of %s that begins on %s has %d hours", (timezone, date, hours) => {
    const minutes = Array.from(
      { length: 60 * 24 * 3 },
      (_, minute) => Date.parse(`${date}T00:00:00.000Z`) - 86_400_000 + minute * 60_000,
    ).filter((at) => windowStarts(at, timezone).day === date);
    expect(minutes).toHaveLength(hours * 60);
    // Once begun, a day does not come back.
    expect((minutes.at(-1) ?? 0) - (minutes[0] ?? 0)).toBe((minutes.length - 1) * 60_000);
  });
});

describe("what is remembered of a zone", () => {
  const zones = Intl.supportedValuesOf("timeZone");
  const oldest = Date.parse("1972-02-01T00:00:00.000Z");
  const newest = Date.parse("2200-01-01T00:00:00.000Z");

  /** By another road than the code's: the zone's wall clock as text. */
  const wallClocks = new Map(
    zones.map((timeZone) => [
      timeZone,
      new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }),
    ]),
  );
  const dayOf = (at: number, zone: string) => wallClocks.get(zone)?.format(at);

  test("never differs from what the calendar says, wherever and whenever one asks", () => {
    let asked = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: oldest, max: newest }),
        // Close together, so that the memory is used.
        fc.array(fc.integer({ min: -1_800_000, max: 1_800_000 }), { minLength: 4, maxLength: 8 }),
        (zone, start, offsets) => {
          for (const offset of offsets) {
            asked += 1;
            expect(windowStarts(start + offset, zone).day).toBe(dayOf(start + offset, zone));
          }
        },
      ),
      { numRuns: 4_000 },
    );
    expect(asked).toBeGreaterThan(15_000);
  });

  test.each([
    // Canada's clocks were put back at 00:01 then: a day ended twice.
    ["1987", 200],
    ["2011", 150],
    ["2026", 100],
  ])("holds across every change of every zone's offset in %s", (year, atLeast) => {
    const changes = zones.flatMap((zone) =>
      changesOf(zone, Date.parse(`${year}-01-01T00:00:00Z`)).map((at) => ({ zone, at })),
    );
    expect(changes.length).toBeGreaterThan(atLeast);
    for (const { zone, at } of changes) {
      for (const from of [-60_000, -1, 0, 1, 59_999, 840_000]) {
        const { day } = windowStarts(at + from, zone);
        expect(`${zone} ${day}`).toBe(`${zone} ${dayOf(at + from, zone)}`);
      }
    }
  });

  test("is of one zone at a time, and of more zones than there are", () => {
    const at = Date.parse("2026-11-22T10:30:00.000Z");
    for (let round = 0; round < 3; round++) {
      expect(windowStarts(at, "Pacific/Kiritimati").day).toBe("2026-11-23");
      expect(windowStarts(at, "Etc/GMT+12").day).toBe("2026-11-21");
      for (const zone of zones)
        expect(windowStarts(at + round, zone).day).toBe(dayOf(at + round, zone));
    }
  });
});

describe("a window ends", () => {
  test.each([
    ["day", "UTC", "2026-11-22T23:59:59.999Z", "2026-11-23T00:00:00.000Z"],
    ["day", "UTC", "2026-11-23T00:00:00.000Z", "2026-11-24T00:00:00.000Z"],
    ["week", "UTC", "2026-11-22T10:00:00.000Z", "2026-11-23T00:00:00.000Z"],
    ["week", "UTC", "2026-12-31T10:00:00.000Z", "2027-01-04T00:00:00.000Z"],
    ["month", "UTC", "2028-02-01T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
    ["month", "UTC", "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.000Z"],
    ["year", "UTC", "2028-02-29T10:00:00.000Z", "2029-01-01T00:00:00.000Z"],
    ["day", "Europe/Berlin", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"],
    ["day", "Europe/Berlin", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"],
    ["month", "Europe/Berlin", "2026-10-01T00:00:00.000Z", "2026-10-31T23:00:00.000Z"],
    ["day", "America/New_York", "2026-11-01T04:00:00.000Z", "2026-11-02T05:00:00.000Z"],
    ["day", "Asia/Kolkata", "2026-11-22T18:29:59.999Z", "2026-11-22T18:30:00.000Z"],
    ["day", "Australia/Lord_Howe", "2026-04-05T10:00:00.000Z", "2026-04-05T13:30:00.000Z"],
    ["year", "Pacific/Apia", "2026-06-01T10:00:00.000Z", "2026-12-31T11:00:00.000Z"],
    // The day after the 29th was the 31st.
    ["day", "Pacific/Apia", "2011-12-29T12:00:00.000Z", "2011-12-30T10:00:00.000Z"],
    // Clocks leap over midnight: the day begins at one.
    ["day", "Africa/Cairo", "2026-04-23T12:00:00.000Z", "2026-04-23T22:00:00.000Z"],
    ["day", "America/Havana", "2026-03-07T12:00:00.000Z", "2026-03-08T05:00:00.000Z"],
  ] as const)("a %s in %s at %s", (window, timezone, at, end) => {
    expect(new Date(windowEnd(window, Date.parse(at), timezone)).toISOString()).toBe(end);
  });

  test("at the first moment of another window, everywhere", () => {
    const zones = Intl.supportedValuesOf("timeZone");
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom("day", "week", "month", "year"),
        fc.integer({ min: Date.parse("2026-01-01T00:00Z"), max: Date.parse("2060-01-01T00:00Z") }),
        (zone, window, at) => {
          const end = windowEnd(window, at, zone);
          const starts = windowStarts(at, zone)[window];
          expect(end).toBeGreaterThan(at);
          expect(windowStarts(end - 1, zone)[window]).toBe(starts);
          expect(windowStarts(end, zone)[window] > starts).toBe(true);
        },
      ),
      { numRuns: 1_500 },
    );
  });
});

test("a local date is the zone's, whatever language and calendar the machine speaks", () => {
  const at = Date.parse("2026-12-31T23:30:00.000Z");
  expect(localDate(at, "Europe/Berlin")).toEqual({ year: 2027, month: 1, day: 1 });
  expect(localDate(at, "America/New_York")).toEqual({ year: 2026, month: 12, day: 31 });
  expect(localDate(at, "Asia/Bangkok")).toEqual({ year: 2027, month: 1, day: 1 });
});

/** The moments of a year at which a zone's offset changed. */
const changesOf = (timeZone: string, from: number): number[] => {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const offset = (at: number) =>
    format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value;
  const week = 7 * 86_400_000;
  const changes: number[] = [];
  for (let before = from; before < from + 52 * week; before += week) {
    const was = offset(before);
    if (was === offset(before + week)) continue;
    let [low, high] = [before, before + week];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offset(middle) === was) low = middle;
      else high = middle;
    }
    changes.push(high);
  }
  return changes;
};
