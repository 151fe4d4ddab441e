import fc from "fast-check";
import { expect, test } from "vitest";
import { parseOpenMetrics, sumOf } from "../../test/support/open-metrics.ts";
import { exposition, openMetricsType } from "./exposition.ts";
import { counter, gauge, histogram } from "./registry.ts";

const now = () => 1_795_348_800_123;

interface Event {
  readonly path: string;
  readonly value: number;
  readonly level: number;
  readonly id: string | undefined;
}

const text = fc.string({ unit: "binary", maxLength: 20 });
const positive = fc.double({ min: 0, max: 1e300, noNaN: true });
const anyEvents: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    path: text,
    value: positive,
    // Adding makes 0 of -0, which is written the same.
    level: fc.double().map((any) => any + 0),
    id: fc.option(text, { nil: undefined }),
  }),
  { maxLength: 8 },
);
const anyBounds = fc
  .uniqueArray(positive, { maxLength: 6 })
  .map((bounds) => bounds.toSorted((a, b) => a - b));
// A help ends its line, and lines do not end in carriage returns.
const anyHelp = text.filter((help) => !help.endsWith("\r"));

/** The samples and families of a scrape after the events. */
const scrape = (help: string, bounds: readonly number[], events: readonly Event[]) => {
  const labels = { path: 100 };
  const hits = counter({ name: "hits", help, labels }, now);
  const level = gauge({ name: "level", help, labels });
  const took = histogram({ name: "took", help, labels, bounds }, now);
  for (const event of events) {
    const exemplar = event.id === undefined ? undefined : { id: event.id };
    hits.inc(event, event.value, exemplar);
    level.set(event, event.level);
    took.observe(event, event.value, exemplar);
  }
  const snapshot = [hits.snapshot(), level.snapshot(), took.snapshot()];
  const written = exposition(snapshot, openMetricsType);
  const families = parseOpenMetrics(written.text, written.contentType, now() / 1_000);
  return { families, samples: families.flatMap((family) => family.samples) };
};

test("whatever was counted is read back to the value", () => {
  fc.assert(
    fc.property(anyHelp, anyBounds, anyEvents, (help, bounds, events) => {
      const { families } = scrape(help, bounds, events);
      expect(families.map((family) => family.help)).toEqual([help, help, help]);
      for (const { path } of events) {
        const same = events.filter((event) => event.path === path);
        const total = same.reduce((sum, { value }) => sum + value, 0);
        expect(sumOf(families, "hits_total", { path })).toBe(total);
        expect(sumOf(families, "took_sum", { path })).toBe(total);
        expect(sumOf(families, "took_count", { path })).toBe(same.length);
        expect(sumOf(families, "level", { path })).toBe(same.at(-1)?.level);
      }
    }),
  );
});

test("a bucket counts what is not above its bound, and shows one that was above the last", () => {
  fc.assert(
    fc.property(anyBounds, anyEvents, (bounds, events) => {
      const { samples } = scrape("Help.", bounds, events);
      const buckets = samples.filter(({ name }) => name === "took_bucket");
      const paths = new Set(events.map(({ path }) => path));
      expect(buckets).toHaveLength(paths.size * (bounds.length + 1));
      for (const [index, { labels, value, exemplar }] of buckets.entries()) {
        const at = index % (bounds.length + 1);
        const bound = bounds[at] ?? Number.POSITIVE_INFINITY;
        const below = events.filter(
          (event) => event.path === labels["path"] && event.value <= bound,
        );
        expect(value).toBe(below.length);
        if (exemplar) expect(exemplar.value).toBeGreaterThan(bounds[at - 1] ?? -1);
      }
    }),
  );
});

test("an exemplar is an event of its series, with its value", () => {
  fc.assert(
    fc.property(anyBounds, anyEvents, (bounds, events) => {
      const { samples } = scrape("Help.", bounds, events);
      const known = events.map(({ path, value, id }) => JSON.stringify([path, value, id]));
      const shown = samples.flatMap(({ labels, exemplar }) =>
        exemplar ? [JSON.stringify([labels["path"], exemplar.value, exemplar.labels["id"]])] : [],
      );
      expect(shown.filter((one) => !known.includes(one))).toEqual([]);
      expect(shown.length > 0).toBe(events.some(({ id }) => id !== undefined));
    }),
  );
});
