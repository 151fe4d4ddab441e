import { formatLabels, formatNumber } from "./sample-text.ts";
import type { FamilySnapshot, LabelPairs, Snapshot } from "./snapshot.ts";

/** The Prometheus text format 0.0.4: no units, exemplars or creation times; counters under their sample's name. */
export const plainText = (snapshot: Snapshot): string =>
  snapshot
    .flatMap(familyLines)
    .map((line) => `${line}\n`)
    .join("");

const familyLines = (family: FamilySnapshot): string[] => {
  const name = family.type === "counter" ? `${family.name}_total` : family.name;
  return [
    `# HELP ${name} ${family.help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`,
    `# TYPE ${name} ${family.type}`,
    ...sampleLines(name, family),
  ];
};

const sampleLines = (name: string, family: FamilySnapshot): string[] => {
  if (family.type !== "histogram") {
    return family.series.map(({ labels, value }) => sample(name, labels, value));
  }
  return family.series.flatMap(({ labels, counts, sum }) => {
    let cumulated = 0;
    const buckets = counts.map((count, index) => {
      cumulated += count;
      const bound = family.bounds[index];
      const le = bound === undefined ? "+Inf" : formatNumber(bound);
      return sample(`${name}_bucket`, [...labels, ["le", le]], cumulated);
    });
    return [
      ...buckets,
      sample(`${name}_sum`, labels, sum),
      sample(`${name}_count`, labels, cumulated),
    ];
  });
};

const sample = (name: string, labels: LabelPairs, value: number): string =>
  `${name}${formatLabels(labels)} ${formatNumber(value)}`;
