import type { WindowStarts } from "../model/usage.ts";

/** The date on a wall calendar, `month` 1 to 12. */
export interface LocalDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * The windows that a moment falls in, by the calendar of an IANA time zone. Daylight
 * saving needs no rule of its own: a window is named by its first local date, and a
 * day is as long as the zone makes it. Weeks begin on Monday (ISO 8601).
 */
export const windowStarts = (at: number, timezone: string): WindowStarts => {
  const slot = Math.floor(at / minute);
  const known = cache.get(timezone);
  if (known?.slot === slot) return known.starts;
  const starts = startsOf(localDate(at, timezone));
  if (cache.size >= 1_000) cache.clear();
  cache.set(timezone, { slot, starts });
  return starts;
};

// Every zone's offset, and so every local midnight, changes on a whole minute (since 1972;
// not always on a quarter of an hour: Newfoundland's clocks were put back at 00:01, which
// brought the day before back), so within one the answer is the same. Formatting a date is
// by far the dearest part of a decision.
const minute = 60_000;
const cache = new Map<string, { readonly slot: number; readonly starts: WindowStarts }>();

export const localDate = (at: number, timezone: string): LocalDate => {
  const parts = formatter(timezone).formatToParts(at);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  return { year: part("year"), month: part("month"), day: part("day") };
};

const startsOf = ({ year, month, day }: LocalDate): WindowStarts => {
  // Arithmetic on dates alone is done in UTC, where every day has 24 hours.
  const date = new Date(Date.UTC(year, month - 1, day));
  const daysSinceMonday = (date.getUTCDay() + 6) % 7;
  const monday = new Date(date.getTime() - daysSinceMonday * 86_400_000);
  return {
    day: isoDate(date),
    week: isoDate(monday),
    month: isoDate(new Date(Date.UTC(year, month - 1, 1))),
    year: isoDate(new Date(Date.UTC(year, 0, 1))),
    lifetime: "",
  };
};

const isoDate = (date: Date): string => date.toISOString().slice(0, 10);

const formatters = new Map<string, Intl.DateTimeFormat>();

const formatter = (timezone: string): Intl.DateTimeFormat => {
  let found = formatters.get(timezone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      calendar: "iso8601",
      numberingSystem: "latn",
      year: "numeric",
      month: "numeric",
      day: "numeric",
    });
    formatters.set(timezone, found);
  }
  return found;
};

/**
 * The first moment of the window after the one that `at` falls in: when what was spent no
 * longer counts. Not always a midnight: some zones' clocks have leapt over it.
 */
export const windowEnd = (
  window: "day" | "week" | "month" | "year",
  at: number,
  timezone: string,
): number => {
  const first = windowStarts(at, timezone)[window];
  const next = isoDate(following(window, new Date(`${first}T00:00:00.000Z`)));
  // Zones are between 12 hours behind UTC and 14 ahead; the first moment whose date is the
  // next window's lies in between.
  let before = Date.parse(`${next}T00:00:00.000Z`) - 15 * 3_600_000;
  let reached = before + 30 * 3_600_000;
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    if (isoDate(utcDate(localDate(middle, timezone))) >= next) reached = middle;
    else before = middle;
  }
  return reached;
};

const following = (window: "day" | "week" | "month" | "year", first: Date): Date => {
  const year = first.getUTCFullYear();
  const month = first.getUTCMonth();
  const day = first.getUTCDate();
  switch (window) {
    case "day":
      return new Date(Date.UTC(year, month, day + 1));
    case "week":
      return new Date(Date.UTC(year, month, day + 7));
    case "month":
      return new Date(Date.UTC(year, month + 1, 1));
    case "year":
      return new Date(Date.UTC(year + 1, 0, 1));
  }
};

const utcDate = ({ year, month, day }: LocalDate): Date => new Date(Date.UTC(year, month - 1, day));
