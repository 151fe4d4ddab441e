/**
 * What OpenMetrics 1.0.0 asks of who exposes metrics, by a name for each rule. What the
 * specification says an exposer SHOULD do is asked for too; an ingestor has to be milder.
 */
export const rules = {
  "content-type": "the content type is application/openmetrics-text; version=1.0.0; charset=utf-8",
  "utf-8": "the text is UTF-8",
  "byte-order-mark": "there is no byte order mark",
  "line-feed": "a line ends in a line feed alone",
  end: "the text ends in the line `# EOF`, and nothing follows it",
  "blank-line": "no line is empty",
  comment: "a line that begins with # is TYPE, UNIT, HELP or EOF",
  space: "one space stands between two parts of a line, and none elsewhere",

  "metric-name": "a metric's name is [a-zA-Z_:][a-zA-Z0-9_:]*",
  "label-name": "a label's name is [a-zA-Z_][a-zA-Z0-9_]*",
  "reserved-name":
    "names that begin with an underscore, and colons in metrics' names, are reserved",
  "label-value": "a label's value stands in double quotes after an equals sign",
  labels: "labels stand in braces with commas between them",
  escape: "line feeds, double quotes and backslashes are escaped, and nothing else is",
  "label-twice": "a label's name occurs once in a set of labels",
  number: "a number is as the ABNF has it",
  "number-range": "a number fits into 64 bits of IEEE 754",
  timestamp: "a timestamp is a real number",
  "line-end": "nothing follows what a line consists of",

  type: "a type is one of the eight",
  unit: "a unit consists of a name's characters, and ends the name after an underscore",
  "unit-none": "a stateset and an info have no unit",
  "metadata-twice": "TYPE, UNIT and HELP stand once each",
  "metadata-order": "the order is TYPE, UNIT, HELP",
  "metadata-late": "metadata stand before the samples",
  "family-twice": "a family occurs once",
  "family-interleaved": "the samples of a family stand together",
  "name-clash": "no two families can have samples of one name",
  "confusable-name": "a family's name does not end as samples of another type do",
  "target-first": "the info `target` is the first family",
  suffix: "a sample's suffix is one of its family's type",

  "metric-interleaved": "the samples of a metric stand together",
  "label-names": "the metrics of a family have the same labels",
  timestamps: "the timestamps of a metric's points increase, and the points stand apart",
  "series-twice": "a sample occurs once in a point",
  "exemplar-place": "only a counter's total and buckets have an exemplar",
  "exemplar-length": "the labels of an exemplar have at most 128 characters",
  "exemplar-bucket": "a bucket's exemplar lies in the bucket",

  "counter-total": "each point of a counter has its total",
  "counter-value": "a total is a number that is not negative",
  created: "a creation is a time in seconds, not in the future",
  "info-value": "the value of an info is 1",
  "state-label": "a state is named by the label that has its family's name",
  "state-value": "a state is 0 or 1",
  "quantile-label": "quantiles have the label `quantile`, and no other sample of a summary has",
  "quantile-range": "quantiles lie between 0 and 1, and their values are not negative",
  canonical: "the numbers in `le` and `quantile` are written canonically",
  "le-label": "buckets have the label `le`, and no other sample of a histogram has",
  "le-order": "the buckets of a point increase",
  "le-infinity": "a point has a bucket of +Inf",
  cumulative: "a bucket counts no less than the one before it",
  "count-value": "counts and buckets are whole numbers that are not negative",
  "sum-value": "a sum is a number, and not negative unless it may be",
  "sum-negative": "a histogram with negative buckets has no sum",
  "count-and-sum": "there is a count where there is a sum, and only there",
  "count-infinity": "the count is what the bucket of +Inf counts",
} as const satisfies Readonly<Record<string, string>>;

export type Rule = keyof typeof rules;

export class OpenMetricsError extends Error {
  /** From 1; 0 if it is not about a line. */
  readonly line: number;
  readonly rule: Rule;

  constructor(line: number, rule: Rule, text: string) {
    super(`line ${line}: ${rule}: ${rules[rule]}: ${text}`);
    this.name = "OpenMetricsError";
    this.line = line;
    this.rule = rule;
  }
}

/** A line with its number, as errors name it. */
export interface Place {
  readonly line: number;
  readonly text: string;
}

export const broken = ({ line, text }: Place, rule: Rule): OpenMetricsError =>
  new OpenMetricsError(line, rule, text);
