import {
  type FamilyType,
  isMetadata,
  keywords,
  type Metadata,
  readMetadata,
  readSample,
  type Sample,
} from "./lines.ts";
import { broken, type Place } from "./rules.ts";

export interface Family {
  readonly name: string;
  readonly type: FamilyType;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly Sample[];
  readonly place: Place;
}

/** "Suffixes": how the names of a type's samples end. */
const suffixes: Readonly<Record<FamilyType, readonly string[]>> = {
  unknown: [""],
  gauge: [""],
  counter: ["_total", "_created"],
  stateset: [""],
  info: ["_info"],
  histogram: ["_bucket", "_count", "_sum", "_created"],
  gaugehistogram: ["_bucket", "_gcount", "_gsum"],
  summary: ["", "_count", "_sum", "_created"],
};

const anySuffix = new Set(Object.values(suffixes).flat());

/** The specification warns of `_info` too; but a gauge that ends so is what Prometheus knows as an info. */
const confusing = [...anySuffix].filter((suffix) => suffix !== "" && suffix !== "_info");

export const suffixOf = (family: Pick<Family, "name">, sample: Sample): string =>
  sample.name.slice(family.name.length);

/** A family whose lines are still coming. */
interface OpenFamily {
  readonly name: string;
  readonly place: Place;
  readonly metadata: Map<Metadata["keyword"], string>;
  readonly samples: Sample[];
}

/** What the lines say, family by family; the rules on lines and families are kept. */
export const readFamilies = (places: readonly Place[]): Family[] => {
  const families: Family[] = [];
  /** The names that the samples of these families can have. */
  const taken = new Set<string>();
  let open: OpenFamily | undefined;

  const close = (): void => {
    if (!open) return;
    const family = closed(open);
    if (family.type === "info" && family.name === "target" && families.length > 0) {
      throw broken(open.place, "target-first");
    }
    for (const suffix of suffixes[family.type]) {
      if (taken.has(`${family.name}${suffix}`)) throw broken(open.place, "name-clash");
      taken.add(`${family.name}${suffix}`);
    }
    families.push(family);
    open = undefined;
  };

  const begin = (name: string, place: Place): OpenFamily => {
    close();
    if (families.some((family) => family.name === name)) throw broken(place, "family-twice");
    if (confusing.some((suffix) => name.endsWith(suffix))) throw broken(place, "confusable-name");
    open = { name, place, metadata: new Map(), samples: [] };
    return open;
  };

  for (const place of places) {
    if (isMetadata(place)) {
      const metadata = readMetadata(place);
      const family = open?.name === metadata.family ? open : begin(metadata.family, place);
      addMetadata(family, metadata);
    } else {
      const sample = readSample(place);
      if (!open || !owns(open, sample)) {
        if (taken.has(sample.name)) throw broken(place, "family-interleaved");
        begin(sample.name, place);
      }
      open?.samples.push(sample);
    }
  }
  close();
  return families;
};

const addMetadata = ({ metadata, samples }: OpenFamily, { keyword, text, place }: Metadata) => {
  if (samples.length > 0) throw broken(place, "metadata-late");
  if (metadata.has(keyword)) throw broken(place, "metadata-twice");
  const later = keywords.slice(keywords.indexOf(keyword));
  if (later.some((word) => metadata.has(word))) throw broken(place, "metadata-order");
  metadata.set(keyword, text);
};

/** Whether the sample is the family's; one that only looks so breaks a rule. */
const owns = (family: OpenFamily, sample: Sample): boolean => {
  if (!sample.name.startsWith(family.name)) return false;
  const suffix = suffixOf(family, sample);
  if (suffixes[typeOf(family)].includes(suffix)) return true;
  if (anySuffix.has(suffix)) throw broken(sample.place, "suffix");
  return false;
};

const typeOf = ({ metadata }: OpenFamily): FamilyType =>
  (metadata.get("TYPE") ?? "unknown") as FamilyType;

const closed = (family: OpenFamily): Family => {
  const { name, place, metadata, samples } = family;
  const type = typeOf(family);
  const unit = metadata.get("UNIT") ?? "";
  if (unit !== "" && (type === "info" || type === "stateset")) throw broken(place, "unit-none");
  if (unit !== "" && !name.endsWith(`_${unit}`)) throw broken(place, "unit");
  return { name, place, type, unit, help: metadata.get("HELP") ?? "", samples };
};
