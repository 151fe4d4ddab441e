import type { CommandLane } from "../domain/wallets/lane/job.ts";
import type { LaneStep } from "../domain/wallets/lane/journey.ts";
import type { Act, RequestScope } from "../observability/activity.ts";

/**
 * Notes with each request what its commands went through in their lane. A lane's commits
 * are shared, so they run outside the scope of whichever request set one off.
 */
export const watchLane = (lane: CommandLane, scope: RequestScope): CommandLane => ({
  submit: async (job) => {
    const activity = scope.current();
    const startedAt = Date.now();
    const mark = performance.now();
    const watched = { ...job, tellSteps: activity !== undefined };
    const { steps = [], ...result } = await scope.run(undefined, () => lane.submit(watched));
    activity?.acts.push({
      name: "lane",
      kind: "work",
      startedAt,
      durationMs: performance.now() - mark,
      within: steps.map(actOf),
    });
    return result;
  },
});

const actOf = ({ kind, at, ms, jobs, failure }: LaneStep): Act => ({
  name: names[kind],
  kind: kind === "wait" ? "work" : "statement",
  startedAt: at,
  durationMs: ms,
  ...(jobs !== undefined && { jobs }),
  ...(failure !== undefined && { failure }),
});

const names = { wait: "lane wait", load: "wallets.load", commit: "wallets.commit" } as const;
