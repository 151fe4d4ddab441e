/** Keeps a server that does not answer from costing every request its timeout. */
export interface Circuit {
  /** Whether to ask it now. After a pause one caller is let through, to see whether it is back. */
  admits(): boolean;
  /** It answered, be it with an error. */
  answered(): void;
  failed(): void;
}

export interface CircuitPorts {
  /** Milliseconds that only go forward, from any beginning. */
  readonly now: () => number;
  /** 0 to 1: many processes must not come back at once. */
  readonly random: () => number;
  /** Told when it begins to keep callers away, and when it lets them back. */
  readonly onChange: (state: "open" | "closed") => void;
}

const shortestPauseMs = 500;
const longestPauseMs = 15_000;

export const createCircuit = ({ now, random, onChange }: CircuitPorts): Circuit => {
  /** 0 while everybody is let through. */
  let pauseMs = 0;
  let trying = false;
  let awayUntil = Number.NEGATIVE_INFINITY;
  return {
    admits: () => {
      if (pauseMs === 0) return true;
      if (now() < awayUntil) return false;
      // Nobody else while this one tries, nor for ever if nothing is heard of it.
      trying = true;
      awayUntil = now() + pauseMs;
      return true;
    },
    answered: () => {
      trying = false;
      if (pauseMs === 0) return;
      pauseMs = 0;
      onChange("closed");
    },
    failed: () => {
      const wasClosed = pauseMs === 0;
      // Of those that were let through before, who fail one after the other for one reason.
      if (!wasClosed && !trying) return;
      trying = false;
      pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, pauseMs * 2));
      awayUntil = now() + pauseMs * (0.5 + random() / 2);
      if (wasClosed) onChange("open");
    },
  };
};
