import type { Context, MiddlewareHandler } from "hono";
import { type Activity, type RequestScope, statementsOf } from "../../observability/activity.ts";
import type { AnsweredRequest, RequestObserver } from "../../observability/answered-request.ts";
import type { HonoEnv } from "../hono-env.ts";
import { matchedRoute } from "./matched-route.ts";

/** Follows each request to its answer and tells the observers of it, whatever became of it. */
export const observe =
  (scope: RequestScope, observers: readonly RequestObserver[]): MiddlewareHandler<HonoEnv> =>
  async (c, next) => {
    const activity: Activity = { acts: [] };
    const startedAt = Date.now();
    const mark = performance.now();
    const route = matchedRoute(c);
    for (const { began } of observers) began?.(route);
    try {
      await scope.run(activity, next);
    } finally {
      const request = describe(c, { activity, route, startedAt, mark });
      for (const { answered } of observers) answered(request);
    }
  };

interface Begun {
  readonly activity: Activity;
  readonly route: string;
  readonly startedAt: number;
  readonly mark: number;
}

const describe = (
  c: Context<HonoEnv>,
  { activity, route, startedAt, mark }: Begun,
): AnsweredRequest => {
  const actor = c.get("actor");
  return {
    requestId: c.get("requestId"),
    trace: c.get("trace"),
    organizationId: actor?.organizationId,
    apiKeyId: actor?.apiKeyId,
    method: c.req.method,
    route,
    status: c.res.status,
    startedAt,
    durationMs: performance.now() - mark,
    requestBytes: lengthOf(c.req.header("Content-Length")),
    responseBytes: c.get("responseBytes") ?? 0,
    code: c.get("problemCode"),
    replayed: c.get("replayed") === true,
    decisions: c.get("decisions") ?? [],
    failure: c.get("failure"),
    activity,
    statements: statementsOf(activity.acts),
  };
};

/** A client may write anything there. */
const lengthOf = (header: string | undefined): number =>
  header && /^\d{1,15}$/.test(header) ? Number(header) : 0;
