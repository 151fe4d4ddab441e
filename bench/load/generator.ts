import { closedLoop } from "./closed-loop.ts";
import { openLoop } from "./open-loop.ts";
import type { LoadPlan } from "./plan.ts";

/**
 * The load generator's process: a plan comes in as a message, its result goes out as one.
 * A process of its own, so that it shares no event loop with what it measures.
 */
process.on("message", async (plan: LoadPlan) => {
  try {
    const { arrivalsPerSecond } = plan;
    const result =
      arrivalsPerSecond === undefined
        ? await closedLoop(plan)
        : await openLoop({ ...plan, arrivalsPerSecond });
    process.send?.({ result });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
});
process.on("disconnect", () => process.exit());
