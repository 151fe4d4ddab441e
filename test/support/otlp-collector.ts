import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { onFileEnd } from "./cleanup.ts";

/** What OTLP/HTTP's JSON encoding prescribes for a batch of spans, to the letter. */
const nanoseconds = z.string().regex(/^\d{19}$/);
const attribute = z.strictObject({
  key: z.string().min(1),
  value: z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
    z.strictObject({ doubleValue: z.number() }),
  ]),
});
const spanForm = z.strictObject({
  traceId: z.string().regex(/^(?!0+$)[0-9a-f]{32}$/),
  spanId: z.string().regex(/^(?!0+$)[0-9a-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^(?!0+$)[0-9a-f]{16}$/)
    .optional(),
  name: z.string().min(1),
  kind: z.int().min(1).max(5),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes: z.array(attribute),
  status: z.strictObject({ code: z.int().min(0).max(2).optional() }),
});
const request = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(attribute) }),
      scopeSpans: z.array(
        z.strictObject({
          scope: z.strictObject({ name: z.string(), version: z.string() }),
          spans: z.array(spanForm),
        }),
      ),
    }),
  ),
});

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly failed: boolean;
  /** Epoch nanoseconds. */
  readonly startedAt: bigint;
  readonly endedAt: bigint;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly resource: Readonly<Record<string, string | number>>;
}

export interface OtlpCollector {
  readonly url: string;
  /** The headers of the last batch. */
  readonly headers: () => Readonly<Record<string, unknown>>;
  readonly spans: readonly CollectedSpan[];
  /** What was wrong with what came; empty if nothing was. */
  readonly faults: readonly string[];
}

/** A collector that takes traces over OTLP/HTTP in JSON, as a real one does, and is strict about it. */
export const otlpCollector = async (): Promise<OtlpCollector> => {
  const spans: CollectedSpan[] = [];
  const faults: string[] = [];
  let headers: Readonly<Record<string, unknown>> = {};
  const server = createServer(async (incoming, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    headers = incoming.headers;
    const parsed = request.safeParse(JSON.parse(Buffer.concat(chunks).toString()));
    if (incoming.method !== "POST" || incoming.url !== "/v1/traces") {
      faults.push(`${incoming.method} ${incoming.url}`);
    }
    if (incoming.headers["content-type"] !== "application/json") {
      faults.push(`Content-Type: ${incoming.headers["content-type"]}`);
    }
    if (!parsed.success) faults.push(z.prettifyError(parsed.error));
    else spans.push(...spansOf(parsed.data));
    answer.writeHead(parsed.success ? 200 : 400, { "Content-Type": "application/json" });
    answer.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onFileEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, headers: () => headers, spans, faults };
};

const spansOf = ({ resourceSpans }: z.output<typeof request>): CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId,
        name: span.name,
        kind: span.kind,
        failed: span.status.code === 2,
        startedAt: BigInt(span.startTimeUnixNano),
        endedAt: BigInt(span.endTimeUnixNano),
        attributes: valuesOf(span.attributes),
        resource: valuesOf(resource.attributes),
      })),
    ),
  );

const valuesOf = (attributes: readonly z.output<typeof attribute>[]) =>
  Object.fromEntries(
    attributes.map(({ key, value }): [string, string | number] => {
      if ("stringValue" in value) return [key, value.stringValue];
      return [key, "intValue" in value ? Number(value.intValue) : value.doubleValue];
    }),
  );
