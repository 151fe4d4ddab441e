import type { EdgePorts } from "./lane-client.ts";
import { onTimer } from "./timeout.ts";

/** What workerd tells of how it was set. */
interface Runtime {
  readonly Cloudflare?: { readonly compatibilityFlags?: Readonly<Record<string, boolean>> };
}

const isSet = (flag: string): boolean =>
  (globalThis as Runtime).Cloudflare?.compatibilityFlags?.[flag] === true;

/**
 * An edge in workerd. Where a promise that another request settles does not go on in the
 * request that waits for it, as it did not before compatibility date 2024-10-14, no request
 * may wait for another one's call.
 */
export const workerEdgePorts = (keep: EdgePorts["keep"]): EdgePorts => ({
  now: Date.now,
  alarm: onTimer,
  soon: (run) => void setTimeout(run, 0),
  keep,
  share: isSet("handle_cross_request_promise_resolution"),
});
