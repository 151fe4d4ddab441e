import type { RequestObserver } from "../../observability/answered-request.ts";
import type { Metrics } from "../../observability/metrics.ts";

/** A scrape is not among the requests that it counts: it would change what it measures. */
const scrapeRoute = "/metrics";

/** Counts and times every request; its exemplar leads to the log line and the trace. */
export const requestMetrics = (metrics: Metrics): RequestObserver => ({
  began: (route) => {
    if (route !== scrapeRoute) metrics.httpInFlight.add({}, 1);
  },
  answered: (request) => {
    const { route, method, code, decisions } = request;
    if (route === scrapeRoute) {
      metrics.scrapes.inc({ status: String(request.status) });
      return;
    }
    const exemplar = { trace_id: request.trace.traceId, request_id: request.requestId };
    metrics.httpInFlight.add({}, -1);
    metrics.httpRequests.inc({ route, method, status: String(request.status) }, 1, exemplar);
    metrics.httpDuration.observe({ route, method }, request.durationMs / 1_000, exemplar);
    metrics.requestStatements.observe({ route, method }, request.statements);
    metrics.requestBytes.inc({ route }, request.requestBytes);
    metrics.responseBytes.inc({ route }, request.responseBytes);
    if (code) metrics.problems.inc({ code }, 1, exemplar);
    if (request.replayed) metrics.idempotentReplays.inc({});
    for (const { outcome, reason, currency, amountMinor } of decisions) {
      metrics.authorizations.inc({ outcome, reason }, 1, exemplar);
      if (amountMinor > 0) metrics.authorizedAmount.inc({ currency }, amountMinor);
    }
  },
});
