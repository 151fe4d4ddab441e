import { callOf } from "./call.ts";
import { Connection } from "./connection.ts";
import type { LoadPlan, LoadResult } from "./plan.ts";
import { noAnswer, Tally } from "./tally.ts";

/** How long after the end an answer is waited for. */
export const patienceMs = 10_000;

const reconnectAfterMs = 20;

/** Each connection sends its next request when it has the answer to its last. */
export const closedLoop = async (plan: LoadPlan): Promise<LoadResult> => {
  const call = callOf(plan);
  const from = performance.now() + plan.warmUpMs;
  const until = from + plan.measureMs;
  const tally = new Tally(from, until);
  const connections = Array.from({ length: plan.connections }, () => new Connection(plan.port));
  const patience = setTimeout(
    () => {
      for (const connection of connections) connection.close();
    },
    plan.warmUpMs + plan.measureMs + patienceMs,
  );
  await Promise.all(
    connections.map(
      (connection) =>
        new Promise<void>((resolve) => {
          const next = (): void => {
            const since = performance.now();
            if (since >= until) {
              resolve();
              return;
            }
            call(connection, (outcome) => {
              tally.add(outcome, since, performance.now());
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
