import type { Metrics } from "../observability/metrics.ts";
import { TraceExporter } from "../observability/trace-exporter.ts";
import type { Tracing } from "../routes/middleware/trace.ts";
import { sleep } from "./sleep.ts";
import type { TraceTarget } from "./trace-config.ts";

/** How long a collector may take to answer. */
const patienceMs = 5_000;

export interface TracingParts {
  readonly metrics: Metrics;
  readonly version: string;
  readonly runtime: string;
  readonly defer: (work: Promise<unknown>) => void;
}

/** Exports traces as it is configured; `undefined` if it is not. `flush` sends what still waits. */
export const createTracing = (
  traces: TraceTarget | undefined,
  { metrics, version, runtime, defer }: TracingParts,
): (Tracing & { readonly flush: () => Promise<void> }) | undefined => {
  if (!traces) return undefined;
  const exporter = new TraceExporter({
    send: (body) => post(traces, body),
    resource: { serviceName: traces.serviceName, version, runtime },
    onEnd: (outcome, spans) => metrics.traceSpans.inc({ outcome }, spans),
    now: Date.now,
    sleep,
  });
  return {
    share: traces.share,
    record: (spans) => {
      const sent = exporter.add(spans);
      if (sent) defer(sent);
    },
    flush: () => exporter.flush(),
  };
};

const post = async ({ url, headers }: TraceTarget, body: string) => {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body,
      redirect: "manual",
      signal: patience.signal,
    });
    return { status: response.status, text: await response.text() };
  } finally {
    clearTimeout(timer);
  }
};
