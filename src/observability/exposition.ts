import { openMetricsText } from "./open-metrics.ts";
import { plainText } from "./plain-text.ts";
import type { Snapshot } from "./snapshot.ts";

export const openMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
export const plainType = "text/plain; version=0.0.4; charset=utf-8";

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** Writes what the scraper prefers: OpenMetrics if `Accept` wants it at least as much, else text 0.0.4. */
export const exposition = (snapshot: Snapshot, accept: string | undefined): Exposition =>
  prefersOpenMetrics(accept)
    ? { contentType: openMetricsType, text: openMetricsText(snapshot) }
    : { contentType: plainType, text: plainText(snapshot) };

/** RFC 9110 §12.5.1: OpenMetrics only where it is named; `*` alone means that anything will do. */
const prefersOpenMetrics = (accept = ""): boolean => {
  const ranges = accept.split(",").map(readRange);
  const openMetrics = ranges.find(
    ({ type, version }) =>
      type === "application/openmetrics-text" && (version === undefined || version === "1.0.0"),
  );
  const plain = ranges.find(({ type }) => type === "text/plain");
  return openMetrics !== undefined && openMetrics.q > 0 && openMetrics.q >= (plain?.q ?? 0);
};

const readRange = (range: string): { type: string; version: string | undefined; q: number } => {
  const [type = "", ...params] = range.split(";").map((part) => part.trim().toLowerCase());
  const read = (name: string) =>
    params
      .find((param) => param.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replaceAll('"', "");
  const q = Number(read("q") ?? 1);
  return { type, version: read("version"), q: Number.isFinite(q) ? q : 0 };
};
