import { formatLabels, formatNumber } from "./sample-text.ts";
import type { Exemplar, FamilySnapshot, LabelPairs, Snapshot } from "./snapshot.ts";

/**
 * OpenMetrics 1.0: families without blank lines between them, counters under their
 * base name with samples ending in `_total` and `_created`, `# EOF` at the end.
 */
export const openMetricsText = (snapshot: Snapshot): string =>
  `${[...snapshot.flatMap(familyLines), "# EOF"].join("\n")}\n`;

const familyLines = (family: FamilySnapshot): string[] => [
  `# TYPE ${family.name} ${family.type}`,
  ...(family.unit ? [`# UNIT ${family.name} ${family.unit}`] : []),
  `# HELP ${family.name} ${escapeHelp(family.help)}`,
  ...sampleLines(family),
];

const sampleLines = (family: FamilySnapshot): string[] => {
  const { name } = family;
  switch (family.type) {
    case "counter":
      return family.series.flatMap(({ labels, value, createdAt, exemplar }) => [
        `${sample(`${name}_total`, labels, value)}${exemplarText(exemplar)}`,
        sample(`${name}_created`, labels, createdAt),
      ]);
    case "gauge":
      return family.series.map(({ labels, value }) => sample(name, labels, value));
    case "histogram":
      return family.series.flatMap(({ labels, counts, sum, createdAt, exemplars }) => {
        let cumulated = 0;
        const buckets = counts.map((count, index) => {
          cumulated += count;
          const bound = family.bounds[index];
          const le = bound === undefined ? "+Inf" : formatFloat(bound);
          const line = sample(`${name}_bucket`, [...labels, ["le", le]], cumulated);
          return `${line}${exemplarText(exemplars[index])}`;
        });
        return [
          ...buckets,
          sample(`${name}_count`, labels, cumulated),
          sample(`${name}_sum`, labels, sum),
          sample(`${name}_created`, labels, createdAt),
        ];
      });
  }
};

const sample = (name: string, labels: LabelPairs, value: number): string =>
  `${name}${formatLabels(labels)} ${formatNumber(value)}`;

const exemplarText = (exemplar: Exemplar | null | undefined): string =>
  exemplar
    ? ` # ${formatLabels(exemplar.labels) || "{}"} ${formatNumber(exemplar.value)} ${formatNumber(exemplar.at)}`
    : "";

/**
 * "Canonical Numbers": as Go writes a float with %g, but always recognizable as one, so that
 * every implementation writes the same bound the same.
 */
const formatFloat = (value: number): string => {
  const [digits = "", power = ""] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  return `${digits}e${power[0]}${String(Math.abs(exponent)).padStart(2, "0")}`;
};

const escapeHelp = (help: string): string =>
  help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
