import process from "node:process";
import type { Logger } from "../observability/logger.ts";

/** A server that was told to stop. */
export interface Stoppable {
  readonly logger: Logger;
  readonly runtime: "node" | "deno";
  /**
   * Takes no more requests and waits for those under way, for at most so long; answers
   * whether all of them were answered.
   */
  readonly drain: (graceMs: number) => Promise<boolean>;
  /** Lets go of all else. */
  readonly close: () => Promise<void>;
}

/** A command is answered within 8 s of its arrival, whatever the database does. */
const requestGraceMs = 15_000;

/** What is left then: a page of a sweep, the traces, the connections to the database. */
const closeGraceMs = 10_000;

/**
 * Ends the process on SIGTERM or SIGINT: what was asked is answered, and what was committed
 * is acknowledged. Ends with 0 if that was done, and in any case within 25 s.
 */
export const stopOnSignals = ({ logger, runtime, drain, close }: Stoppable): void => {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.log("info", { event: "stopping", runtime });
    const giveUp = setTimeout(() => process.exit(1), requestGraceMs + closeGraceMs);
    const drained = await drain(requestGraceMs);
    await close();
    clearTimeout(giveUp);
    process.exit(drained ? 0 : 1);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
};
