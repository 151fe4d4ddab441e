import { WorkerEntrypoint } from "cloudflare:workers";
import type { RequestScope } from "../../observability/activity.ts";
import { type CountedEnv, thisIsolate } from "../isolate.ts";
import { replyOf } from "./reply.ts";
import type { Verbs } from "./verbs.ts";

/** What an isolate of a service has one of: nothing in it belongs to a call. */
export interface Running<Api> {
  readonly api: Api;
  /** The one in which the service's statements are noted. */
  readonly scope: RequestScope;
}

/**
 * The class that a service's Worker exports. Its methods are the verbs, which answer with
 * replies (`Carried`); it has no others that do anything, so nothing else can be called.
 */
export const service = <Api extends object, Env extends CountedEnv>(
  verbs: Verbs<Api>,
  running: (env: Env) => Running<Api>,
) => {
  class Service extends WorkerEntrypoint<Env> {
    static {
      for (const verb of Object.keys(verbs) as (keyof Api)[]) {
        const method = function (this: Service, ...args: readonly unknown[]) {
          const { api, scope } = running(this.env);
          const work = (): Promise<unknown> => (api[verb] as Verb)(...args);
          return replyOf(scope, work).finally(thisIsolate(this.env).touched);
        };
        Object.defineProperty(Service.prototype, verb, { value: method });
      }
    }

    /** The platform takes no class without a handler; nobody is served here. */
    fetch(): Response {
      return new Response(null, { status: 404 });
    }
  }
  return Service;
};

type Verb = (...args: readonly unknown[]) => Promise<unknown>;
