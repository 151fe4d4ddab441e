import type { Context } from "hono";
import type { RequestObserver } from "../../observability/answered-request.ts";
import { type Span, spansOf } from "../../observability/spans.ts";
import { continueTrace, formatTraceparent } from "../../observability/trace-context.ts";
import { addHeaders } from "../answer.ts";
import type { HonoEnv } from "../hono-env.ts";

/** Where traces go, if they go anywhere. */
export interface Tracing {
  /** Of the traces that begin here, the share that is sampled: 0 to 1. */
  readonly share: number;
  readonly record: (spans: readonly Span[]) => void;
}

/** Continues the caller's W3C trace or starts one; the answer names this request's own span. */
export const joinTrace = (c: Context<HonoEnv>, tracing: Tracing | undefined): void => {
  const context = continueTrace(c.req.header("traceparent"), tracing?.share);
  c.set("trace", context);
  addHeaders(c, { traceparent: formatTraceparent(context) });
};

/** Hands over the spans of requests that are sampled, that failed or that were slow. */
export const exportTraces = ({ record }: Tracing, slowMs: number): RequestObserver => ({
  answered: (request) => {
    const { trace, status, durationMs } = request;
    if (trace.sampled || status >= 500 || durationMs >= slowMs) record(spansOf(request));
  },
});
