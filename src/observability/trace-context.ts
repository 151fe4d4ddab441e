import { isSampled } from "./sampling.ts";

/** W3C Trace Context, level 1: the ids that tie this request to its caller's trace. */
export interface TraceContext {
  /** 32 lower-case hex digits, the caller's or new. */
  readonly traceId: string;
  /** 16 lower-case hex digits: this request's own span. */
  readonly spanId: string;
  /** The caller's span, if it sent one. */
  readonly parentSpanId: string | undefined;
  readonly sampled: boolean;
}

const traceparentForm = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Continues the caller's trace, or starts one if there is none or it is not valid. A caller
 * decides whether his trace is sampled; of those that begin here `share` is, from 0 to 1.
 */
export const continueTrace = (traceparent: string | undefined, share = 0): TraceContext => {
  const [, version, traceId, parentSpanId, flags, rest] =
    traceparentForm.exec(traceparent ?? "") ?? [];
  const valid =
    traceId !== undefined &&
    version !== "ff" &&
    // Version 00 ends after the flags; a later one may go on.
    (version !== "00" || rest === undefined) &&
    !/^0+$/.test(traceId) &&
    !/^0+$/.test(parentSpanId ?? "0");
  if (!valid) {
    const fresh = randomHex(16);
    return {
      traceId: fresh,
      spanId: newSpanId(),
      parentSpanId: undefined,
      sampled: isSampled(fresh, share),
    };
  }
  const sampled = (Number.parseInt(flags ?? "0", 16) & 1) === 1;
  return { traceId, spanId: newSpanId(), parentSpanId, sampled };
};

export const newSpanId = (): string => randomHex(8);

export const formatTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;

/** Random bytes in store: asking the system for a few of them costs more than all the rest here. */
const pool = new Uint8Array(4_096);
let used = pool.length;

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const randomHex = (bytes: number): string => {
  if (used + bytes > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  let text = "";
  for (const end = used + bytes; used < end; used++) text += hexOf[pool[used] ?? 0];
  return text;
};
