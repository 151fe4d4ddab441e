import type { LabelPairs } from "./snapshot.ts";

/** `{name="value",...}`, escaped alike in both formats; nothing without labels. */
export const formatLabels = (labels: LabelPairs): string =>
  labels.length === 0
    ? ""
    : `{${labels.map(([name, value]) => `${name}="${escapeValue(value)}"`).join(",")}}`;

export const formatNumber = (value: number): string => {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
};

const escapeValue = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
