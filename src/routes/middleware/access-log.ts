import {
  type AnsweredRequest,
  outcomeOf,
  type RequestObserver,
  reasonOf,
} from "../../observability/answered-request.ts";
import { knownMethod } from "../../observability/http-methods.ts";
import type { Logger, LogLevel } from "../../observability/logger.ts";
import { isSampled } from "../../observability/sampling.ts";

export interface LogSampling {
  /** Of the requests that went well and fast, the share that has a line: 0 to 1. */
  readonly share: number;
  /** A request that took this long always has one, as have all that were refused or failed. */
  readonly slowMs: number;
}

/** One line a request. */
export const accessLog = (logger: Logger, { share, slowMs }: LogSampling): RequestObserver => ({
  answered: (request) => {
    const { trace, status, durationMs } = request;
    const always = status >= 400 || durationMs >= slowMs;
    if (!always && !isSampled(trace.traceId, share)) return;
    logger.log(levelOf(request), {
      event: "request",
      requestId: request.requestId,
      traceId: trace.traceId,
      spanId: trace.spanId,
      organizationId: request.organizationId,
      apiKeyId: request.apiKeyId,
      method: knownMethod(request.method),
      route: request.route,
      status,
      durationMs: Math.round(durationMs * 1000) / 1000,
      bytes: request.responseBytes,
      statements: request.statements,
      outcome: outcomeOf(request),
      reason: reasonOf(request),
      code: request.code,
      ...request.failure,
      // Who adds lines up must count this one for so many.
      sampleRate: always || share >= 1 ? undefined : share,
    });
  },
});

const levelOf = ({ status }: AnsweredRequest): LogLevel => {
  if (status >= 500) return "error";
  return status >= 400 ? "warn" : "info";
};
