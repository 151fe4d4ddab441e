import type { Act } from "./activity.ts";
import { type AnsweredRequest, outcomeOf, reasonOf } from "./answered-request.ts";
import { knownMethod } from "./http-methods.ts";
import { newSpanId } from "./trace-context.ts";

/** One stretch of a trace, in the terms of OpenTelemetry. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: "server" | "client" | "internal";
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
}

/**
 * The request's span and those of what it waited for, the lane's and the database's
 * included: they come back with the lane's answer, so one place knows the whole trace.
 * Names and attributes follow OpenTelemetry's conventions for HTTP and databases.
 */
export const spansOf = (request: AnsweredRequest): Span[] => {
  const { trace, route, status } = request;
  const method = knownMethod(request.method);
  const server: Span = {
    traceId: trace.traceId,
    spanId: trace.spanId,
    parentSpanId: trace.parentSpanId,
    name: `${method} ${route}`,
    kind: "server",
    startedAt: request.startedAt,
    endedAt: request.startedAt + request.durationMs,
    failed: status >= 500,
    attributes: {
      "http.request.method": method,
      "http.route": route,
      "http.response.status_code": status,
      "error.type": status >= 500 ? (request.code ?? String(status)) : undefined,
      "purser.request_id": request.requestId,
      "purser.organization_id": request.organizationId,
      "purser.outcome": outcomeOf(request),
      "purser.reason": reasonOf(request),
      "purser.problem": request.code,
    },
  };
  return [server, ...request.activity.acts.flatMap((act) => spansOfAct(act, server))];
};

const spansOfAct = (act: Act, parent: Span): Span[] => {
  const span: Span = {
    traceId: parent.traceId,
    spanId: newSpanId(),
    parentSpanId: parent.spanId,
    name: act.name,
    kind: act.kind === "statement" ? "client" : "internal",
    startedAt: act.startedAt,
    endedAt: act.startedAt + act.durationMs,
    failed: act.failure !== undefined,
    attributes: {
      ...(act.kind === "statement" && {
        "db.system.name": "postgresql",
        "db.query.summary": act.name,
      }),
      "error.type": act.failure,
      "purser.jobs": act.jobs,
    },
  };
  return [span, ...(act.within ?? []).flatMap((part) => spansOfAct(part, span))];
};
