/**
 * Whether a trace is among the share that is kept. Decided by its id alone, so that every
 * isolate decides alike, and a request's log line is kept together with its trace.
 */
export const isSampled = (traceId: string, share: number): boolean =>
  Number.parseInt(traceId.slice(-8), 16) < share * 2 ** 32;
