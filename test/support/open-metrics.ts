import { type Family, readFamilies } from "./open-metrics/families.ts";
import type { Labels } from "./open-metrics/lines.ts";
import { pointsOf } from "./open-metrics/metrics.ts";
import { broken, OpenMetricsError, type Place } from "./open-metrics/rules.ts";
import { checkPoint } from "./open-metrics/values.ts";

const mediaType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/**
 * The families of a scrape in OpenMetrics 1.0.0, written from the specification and not from
 * what Purser writes. Throws an `OpenMetricsError` at the first rule that is broken.
 * `takenAt` is when the scrape was taken, in seconds since the epoch.
 */
export const parseOpenMetrics = (
  body: string | Uint8Array,
  contentType: string | null,
  takenAt = Number.POSITIVE_INFINITY,
): Family[] => {
  if (contentType !== mediaType) {
    throw new OpenMetricsError(0, "content-type", String(contentType));
  }
  const families = readFamilies(withoutEnd(linesOf(body)));
  for (const family of families) {
    for (const point of pointsOf(family)) checkPoint(family, point, takenAt);
  }
  return families;
};

/** The families of an answer to a scrape. */
export const readOpenMetrics = async (response: Response): Promise<Family[]> =>
  parseOpenMetrics(
    new Uint8Array(await response.arrayBuffer()),
    response.headers.get("Content-Type"),
    Date.now() / 1_000,
  );

/** What the samples of a name that have these labels, and whatever others, come to. */
export const sumOf = (families: readonly Family[], name: string, labels: Labels = {}): number =>
  families
    .flatMap(({ samples }) => samples)
    .filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )
    .reduce((sum, { value }) => sum + value, 0);

/** Line by line, so that what is no UTF-8 has a line. */
const linesOf = (body: string | Uint8Array): Place[] => {
  const lines = typeof body === "string" ? body.split("\n") : splitBytes(body);
  return lines.map((line, index) => {
    const place = { line: index + 1, text: typeof line === "string" ? line : decode(line) };
    if (!place.text.isWellFormed()) throw broken(place, "utf-8");
    if (index === 0 && place.text.startsWith("\u{feff}")) throw broken(place, "byte-order-mark");
    if (place.text.endsWith("\r")) throw broken(place, "line-feed");
    return place;
  });
};

const lineFeed = 0x0a;

const splitBytes = (bytes: Uint8Array): Uint8Array[] => {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, from)) {
    lines.push(bytes.subarray(from, at));
    from = at + 1;
  }
  return [...lines, bytes.subarray(from)];
};

/** Text that is not well-formed, if the bytes are no UTF-8. */
const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return "\ud800";
  }
};

/** The lines before `# EOF`, which is the last one and ends in a line feed. */
const withoutEnd = (places: readonly Place[]): readonly Place[] => {
  const end = places.findIndex(({ text }) => text === "# EOF");
  const [first, ...rest] = places.slice(end < 0 ? -1 : end + 1);
  if (end < 0 || !first || first.text !== "" || rest.length > 0) {
    throw broken(first ?? places.at(-1) ?? { line: 1, text: "" }, "end");
  }
  const lines = places.slice(0, end);
  const blank = lines.find(({ text }) => text === "");
  if (blank) throw broken(blank, "blank-line");
  return lines;
};
