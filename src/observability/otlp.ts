import type { Span } from "./spans.ts";

/** Who exports, in every batch. */
export interface Resource {
  readonly serviceName: string;
  readonly version: string;
  readonly runtime: string;
}

/** An ExportTraceServiceRequest of OTLP 1.x in its JSON encoding: ids in hex, 64-bit integers as text. */
export const otlpTraces = (spans: readonly Span[], resource: Resource): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: {
          attributes: attributes({
            "service.name": resource.serviceName,
            "service.version": resource.version,
            "purser.runtime": resource.runtime,
          }),
        },
        scopeSpans: [
          { scope: { name: "purser", version: resource.version }, spans: spans.map(encode) },
        ],
      },
    ],
  });

const encode = (span: Span) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
  name: span.name,
  kind: kinds[span.kind],
  startTimeUnixNano: nanoseconds(span.startedAt),
  endTimeUnixNano: nanoseconds(Math.max(span.startedAt, span.endedAt)),
  attributes: attributes(span.attributes),
  status: span.failed ? { code: statusError } : {},
});

/** Values of the enumerations SpanKind and StatusCode. */
const kinds = { internal: 1, server: 2, client: 3 } as const;
const statusError = 2;

const attributes = (values: Span["attributes"]) =>
  Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: encodeValue(value) }],
  );

const encodeValue = (value: string | number) => {
  if (typeof value === "string") return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
};

/** From milliseconds, by microseconds: epoch nanoseconds are more than a double holds. */
const nanoseconds = (ms: number): string => `${BigInt(Math.round(ms * 1_000)) * 1_000n}`;

/** How many spans a collector says it did not take, of those in a request that it answered. */
export const rejectedSpans = (answer: string): number => {
  try {
    const { partialSuccess } = JSON.parse(answer) as {
      partialSuccess?: { rejectedSpans?: string | number };
    };
    return Number(partialSuccess?.rejectedSpans ?? 0) || 0;
  } catch {
    return 0;
  }
};
