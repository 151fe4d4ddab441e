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

/** Continues the caller's trace, or starts one if there is none or it is not valid. */
export const continueTrace = (traceparent: string | undefined): TraceContext => {
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
    return {
      traceId: randomHex(16),
      spanId: randomHex(8),
      parentSpanId: undefined,
      sampled: false,
    };
  }
  const sampled = (Number.parseInt(flags ?? "0", 16) & 1) === 1;
  return { traceId, spanId: randomHex(8), parentSpanId, sampled };
};

export const formatTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;

const randomHex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
