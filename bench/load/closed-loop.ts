import { callOf } from "./call.ts";
import { Connection } from "./connection.ts";
import type { LoadPlan, LoadResult } from "./plan.ts";
import { noAnswer, Tally } from "./tally.ts";

/** How long after the end an answer is waited for. */
export const patienceMs = 10_000;

const reconnectAfterMs = 20;

/** By so much a run goes on that has not seen enough. */
const extensionMs = 50;

/** Each connection sends its next request when it has the answer to its last. */
export const closedLoop = async (plan: LoadPlan): Promise<LoadResult> => {
  const call = callOf(plan);
  const from = performance.now() + plan.warmUpMs;
  const tally = new Tally(from, from + plan.measureMs);
  const last = tally.until + patienceMs;
  const goesOn = (at: number): boolean => {
    const wantsMore = at >= tally.until && at < last && tally.successes < (plan.atLeast ?? 0);
    if (wantsMore) tally.extend(at + extensionMs);
    return at < tally.until;
  };
  const connections = Array.from({ length: plan.connections }, () => new Connection(plan.port));
  const patience = setTimeout(
    () => {
      for (const connection of connections) connection.close();
    },
    plan.warmUpMs + plan.measureMs + 2 * patienceMs,
  );
  await Promise.all(
    connections.map(
      (connection) =>
        new Promise<void>((resolve) => {
          const next = (): void => {
            const since = performance.now();
            if (!goesOn(since)) {
              resolve();
              return;
            }
            call(connection, (outcome) => {
              const at = performance.now();
              goesOn(at);
              tally.add(outcome, since, at);
              if (outcome === noAnswer) setTimeout(next, reconnectAfterMs);
              else next();
            });
          };
          next();
        }),
    ),
  );
  clearTimeout(patience);
  for (const connection of connections) connection.close();
  return tally.result();
};
