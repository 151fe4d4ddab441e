import type { CommandLane } from "../lane/job.ts";
import type { LaneIds } from "../ports.ts";
import { commandTimeoutMs } from "./command.ts";

/** A hold that is due. */
export interface DueHold {
  readonly id: string;
  readonly organizationId: string;
  readonly expiresAt: string;
}

export interface SweepPorts {
  readonly lane: CommandLane;
  readonly ids: LaneIds;
  readonly now: () => number;
  /** A page of holds that are due by a time, oldest first, behind a place. */
  readonly dueHolds: (
    now: number,
    after: DueHold | null,
    limit: number,
  ) => Promise<readonly DueHold[]>;
  /** Whether to leave the rest for another sweep. */
  readonly stopped?: () => boolean;
}

export interface SweepReport {
  readonly expired: number;
  /** Others were quicker: captured, reversed or expired meanwhile. */
  readonly passed: number;
  readonly failed: number;
  /** Nothing that was due when it began is left. */
  readonly complete: boolean;
}

const pageSize = 200;

/**
 * Releases holds whose time is over, page by page until nothing is due or `budgetMs` is
 * spent; the next sweep goes on where due holds are. Several sweeps at once are safe: a
 * hold expires by an event of its wallet, once.
 */
export const expireHolds = async (ports: SweepPorts, budgetMs: number): Promise<SweepReport> => {
  const startedAt = ports.now();
  const count = { expired: 0, passed: 0, failed: 0 };
  let after: DueHold | null = null;
  while (ports.now() - startedAt < budgetMs && !ports.stopped?.()) {
    const due: readonly DueHold[] = await ports.dueHolds(startedAt, after, pageSize);
    const outcomes = await Promise.all(due.map((hold) => expireOne(ports, hold)));
    for (const outcome of outcomes) count[outcome] += 1;
    after = due.at(-1) ?? after;
    if (due.length < pageSize) return { ...count, complete: true };
  }
  return { ...count, complete: false };
};

const expireOne = async (
  ports: SweepPorts,
  hold: DueHold,
): Promise<"expired" | "passed" | "failed"> => {
  const result = await ports.lane
    .submit({
      organizationId: hold.organizationId,
      // Two sweeps that meet at one hold must not be taken for each other's request.
      requestId: `sweep-${ports.ids.next()}`,
      deadline: ports.now() + commandTimeoutMs,
      items: [
        {
          command: { kind: "expire", authorizationId: hold.id },
          key: `minted:${ports.ids.next()}`,
          fingerprint: null,
        },
      ],
    })
    .catch(() => undefined);
  if (!result) return "failed";
  if (result.ok) return "expired";
  const { code } = result.refusal;
  return code === "authorization_not_open" || code === "hold_not_expired" ? "passed" : "failed";
};
