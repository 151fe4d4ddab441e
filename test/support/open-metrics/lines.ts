import { readNumber, readTimestamp } from "./numbers.ts";
import { broken, type Place, type Rule } from "./rules.ts";

export const familyTypes = [
  "unknown",
  "gauge",
  "counter",
  "stateset",
  "info",
  "histogram",
  "gaugehistogram",
  "summary",
] as const;
export type FamilyType = (typeof familyTypes)[number];

export type Labels = Readonly<Record<string, string>>;

export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestamp: number | undefined;
}

export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  readonly timestamp: number | undefined;
  readonly exemplar: Exemplar | undefined;
  readonly place: Place;
}

/** In the order in which they have to stand. */
export const keywords = ["TYPE", "UNIT", "HELP"] as const;

export interface Metadata {
  readonly keyword: (typeof keywords)[number];
  readonly family: string;
  readonly text: string;
  readonly place: Place;
}

const longestExemplar = 128;

export const isMetadata = (place: Place): boolean => place.text.startsWith("#");

/** ABNF `metric-descriptor`. */
export const readMetadata = (place: Place): Metadata => {
  const scanner = new Scanner(place);
  const keyword = keywords.find((word) => scanner.accept(new RegExp(`# ${word}(?= )`, "y")));
  if (!keyword) throw broken(place, "comment");
  scanner.take(/ /y, "space");
  const family = metricName(scanner);
  scanner.take(/ /y, "space");
  const text = metadataText(scanner, keyword);
  scanner.end(keyword === "UNIT" ? "unit" : "line-end");
  return { keyword, family, text, place };
};

const metadataText = (scanner: Scanner, keyword: Metadata["keyword"]): string => {
  if (keyword === "HELP") return unescaped(scanner.take(/.*/sy, "escape"), scanner.place);
  if (keyword === "UNIT") return scanner.take(/[a-zA-Z0-9_:]*/y, "unit");
  const type = scanner.take(/[^ ]+/y, "type");
  if (!familyTypes.some((one) => one === type)) throw broken(scanner.place, "type");
  return type;
};

/** ABNF `sample`. */
export const readSample = (place: Place): Sample => {
  const scanner = new Scanner(place);
  const name = metricName(scanner);
  const labels = scanner.sees("{") ? readLabels(scanner) : {};
  const value = numberAfterSpace(scanner);
  const timestamp = timestampIfAny(scanner);
  const exemplar = scanner.sees(" #") ? readExemplar(scanner) : undefined;
  scanner.end("line-end");
  return { name, labels, value, timestamp, exemplar, place };
};

const readExemplar = (scanner: Scanner): Exemplar => {
  scanner.take(/ #/y, "space");
  scanner.take(/ /y, "space");
  const labels = readLabels(scanner);
  const length = Object.entries(labels).flat().join("");
  // In code points, which is how a string is spread.
  if ([...length].length > longestExemplar) throw broken(scanner.place, "exemplar-length");
  return { labels, value: numberAfterSpace(scanner), timestamp: timestampIfAny(scanner) };
};

const numberAfterSpace = (scanner: Scanner): number => {
  scanner.take(/ /y, "space");
  return readNumber(scanner.take(/[^ ]+/y, "number"), scanner.place);
};

const timestampIfAny = (scanner: Scanner): number | undefined => {
  if (!scanner.sees(" ") || scanner.sees(" #")) return undefined;
  scanner.take(/ /y, "space");
  return readTimestamp(scanner.take(/[^ ]+/y, "space"), scanner.place);
};

const metricName = (scanner: Scanner): string => {
  const name = scanner.take(/[a-zA-Z_:][a-zA-Z0-9_:]*/y, "metric-name");
  if (name.startsWith("_") || name.includes(":")) throw broken(scanner.place, "reserved-name");
  scanner.take(/(?=[ {]|$)/y, "metric-name");
  return name;
};

/** ABNF `labels`, which has no comma after the last one. */
const readLabels = (scanner: Scanner): Labels => {
  const labels = new Map<string, string>();
  scanner.take(/\{/y, "labels");
  if (scanner.accept(/\}/y)) return {};
  do {
    const name = scanner.take(/[a-zA-Z_][a-zA-Z0-9_]*/y, "label-name");
    if (name.startsWith("_")) throw broken(scanner.place, "reserved-name");
    if (labels.has(name)) throw broken(scanner.place, "label-twice");
    scanner.take(/(?=[=,} ])/y, "label-name");
    scanner.take(/="/y, "label-value");
    labels.set(name, unescaped(scanner.take(/(?:[^"\\]|\\.)*/sy, "label-value"), scanner.place));
    scanner.take(/"/y, "label-value");
  } while (scanner.accept(/,/y));
  scanner.take(/\}/y, "labels");
  return Object.fromEntries(labels);
};

/** ABNF `escaped-string`, without the escapes that mean nothing. */
const unescaped = (text: string, place: Place): string => {
  if (!/^(?:[^"\\]|\\[n"\\])*$/.test(text)) throw broken(place, "escape");
  return text.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
};

/** Goes through a line from left to right. */
class Scanner {
  readonly place: Place;
  #at = 0;

  constructor(place: Place) {
    this.place = place;
  }

  sees(text: string): boolean {
    return this.place.text.startsWith(text, this.#at);
  }

  /** What a sticky pattern finds here. A space where something else is due is what is wrong first. */
  take(pattern: RegExp, rule: Rule): string {
    const found = this.#find(pattern);
    if (found === undefined) throw broken(this.place, this.sees(" ") ? "space" : rule);
    return found;
  }

  accept(pattern: RegExp): boolean {
    return this.#find(pattern) !== undefined;
  }

  end(rule: Rule): void {
    const rest = this.place.text.slice(this.#at);
    if (rest !== "") throw broken(this.place, /^ ( |$)/.test(rest) ? "space" : rule);
  }

  #find(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.place.text) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}
