import { expect, test } from "vitest";
import type { Span } from "./spans.ts";
import { TraceExporter } from "./trace-exporter.ts";

const span = (name: string): Span => ({
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  spanId: "00f067aa0ba902b7",
  parentSpanId: undefined,
  name,
  kind: "client",
  startedAt: 1_795_348_800_000.25,
  endedAt: 1_795_348_800_001.5,
  failed: true,
  attributes: { text: "x", whole: 3, part: 0.5, absent: undefined },
});

const exporter = (answer: () => Promise<{ status: number; text: string }>) => {
  const bodies: string[] = [];
  const ended = { exported: 0, dropped: 0 };
  const clock = { now: 1_000 };
  const wakers: (() => void)[] = [];
  const it = new TraceExporter({
    send: (body) => {
      bodies.push(body);
      return answer();
    },
    resource: { serviceName: "purser", version: "1.2.3", runtime: "node" },
    onEnd: (outcome, spans) => {
      ended[outcome] += spans;
    },
    now: () => clock.now,
    sleep: () => new Promise((resolve) => wakers.push(resolve)),
  });
  const wake = () => {
    for (const waker of wakers.splice(0)) waker();
  };
  const names = () =>
    bodies.map((body) =>
      JSON.parse(body).resourceSpans[0].scopeSpans[0].spans.map(({ name }: Span) => name),
    );
  return { it, bodies, ended, clock, wake, names };
};

const taken = async () => ({ status: 200, text: "{}" });

test("a batch is OTLP's JSON to the letter", async () => {
  const { it, bodies } = exporter(taken);
  void it.add([span("wallets.commit")]);
  await it.flush();
  expect(JSON.parse(bodies[0] ?? "")).toEqual({
    resourceSpans: [
      {
        resource: {
          attributes: [
            { key: "service.name", value: { stringValue: "purser" } },
            { key: "service.version", value: { stringValue: "1.2.3" } },
            { key: "purser.runtime", value: { stringValue: "node" } },
          ],
        },
        scopeSpans: [
          {
            scope: { name: "purser", version: "1.2.3" },
            spans: [
              {
                traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
                spanId: "00f067aa0ba902b7",
                name: "wallets.commit",
                kind: 3,
                startTimeUnixNano: "1795348800000250000",
                endTimeUnixNano: "1795348800001500000",
                attributes: [
                  { key: "text", value: { stringValue: "x" } },
                  { key: "whole", value: { intValue: "3" } },
                  { key: "part", value: { doubleValue: 0.5 } },
                ],
                status: { code: 2 },
              },
            ],
          },
        ],
      },
    ],
  });
});

test("what comes within a second goes out together, and asks to be kept alive once", async () => {
  const { it, names, wake, ended } = exporter(taken);
  const first = it.add([span("a")]);
  expect(first).toBeDefined();
  expect(it.add([span("b"), span("c")])).toBeUndefined();
  wake();
  await first;
  expect(names()).toEqual([["a", "b", "c"]]);
  expect(ended).toEqual({ exported: 3, dropped: 0 });
  expect(it.add([span("d")])).toBeDefined();
});

test("asks again when the request that was to send is gone", () => {
  const { it, clock } = exporter(taken);
  expect(it.add([span("a")])).toBeDefined();
  clock.now += 5_000;
  expect(it.add([span("b")])).toBeUndefined();
  clock.now += 10_000;
  expect(it.add([span("c")])).toBeDefined();
});

test.each([429, 502, 503, 504])("%i: sent again with the next batch, in order", async (status) => {
  let answer = { status, text: "" };
  const { it, names, ended } = exporter(async () => answer);
  void it.add([span("a")]);
  await it.flush();
  expect(ended).toEqual({ exported: 0, dropped: 0 });
  answer = { status: 200, text: "" };
  void it.add([span("b")]);
  await it.flush();
  expect(names()).toEqual([["a"], ["a", "b"]]);
  expect(ended).toEqual({ exported: 2, dropped: 0 });
});

test("no answer: sent again; a refusal: dropped and counted", async () => {
  let fail = true;
  const { it, ended } = exporter(async () => {
    if (fail) throw new Error("no answer");
    return { status: 400, text: "" };
  });
  void it.add([span("a")]);
  await it.flush();
  expect(ended).toEqual({ exported: 0, dropped: 0 });
  fail = false;
  await it.flush();
  expect(ended).toEqual({ exported: 0, dropped: 1 });
});

test("spans that a collector says it did not take count as dropped", async () => {
  const { it, ended } = exporter(async () => ({
    status: 200,
    text: '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too many"}}',
  }));
  void it.add([span("a"), span("b"), span("c")]);
  await it.flush();
  expect(ended).toEqual({ exported: 1, dropped: 2 });
});

test("a collector that is away costs a bounded number of spans; the oldest go first", async () => {
  let away = true;
  const { it, names, ended, bodies } = exporter(async () => {
    if (away) throw new Error("no answer");
    return taken();
  });
  for (let at = 0; at < 5_000; at++) void it.add([span(String(at))]);
  await it.flush();
  expect(ended).toEqual({ exported: 0, dropped: 904 });
  away = false;
  bodies.length = 0;
  await it.flush();
  expect(ended).toEqual({ exported: 4_096, dropped: 904 });
  expect(names()[0]?.[0]).toBe("904");
  expect(names().map((batch) => batch.length)).toEqual(Array(8).fill(512));
});
