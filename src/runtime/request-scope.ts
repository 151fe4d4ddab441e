import { AsyncLocalStorage } from "node:async_hooks";
import type { Activity, RequestScope } from "../observability/activity.ts";

/** The same on Workers, Node and Deno: all three follow a request across its awaits. */
export const createRequestScope = (): RequestScope => {
  const storage = new AsyncLocalStorage<Activity | undefined>();
  return {
    run: (activity, work) => storage.run(activity, work),
    current: () => storage.getStore(),
  };
};
