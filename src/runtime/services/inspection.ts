import { gauge } from "../../observability/registry.ts";
import { mergeSnapshots, type Snapshot } from "../../observability/snapshot.ts";
import type { Readiness } from "../../routes/services.ts";
import type { Inspection } from "./verbs.ts";

type Inspected = Readonly<Record<string, Inspection>>;

/** Ready when all are; rejects while one of them does not answer. */
export const readinessOf = (services: Inspected): Readiness => ({
  check: async () => {
    const states = await Promise.all(Object.values(services).map((one) => one.readiness()));
    return {
      database: states.every(({ database }) => database),
      migrations: states.every(({ migrations }) => migrations),
    };
  },
});

/**
 * What the gateway and the services counted, as one. A service that cannot be asked is left
 * out and said to be down, so that nobody takes its silence for a lack of work.
 */
export const scrapeOf =
  (own: () => Promise<Snapshot>, services: Inspected) => async (): Promise<Snapshot> => {
    const up = gauge({
      name: "purser_service_up",
      help: "Whether a service behind the gateway told what it counted: 1, or 0 if it is missing.",
      labels: { service: 10 },
    });
    const asked = Object.entries(services).map(async ([service, { scrape }]) => {
      const snapshot = await scrape().catch(() => undefined);
      return { service, snapshot };
    });
    let sum = await own();
    for (const { service, snapshot } of await Promise.all(asked)) {
      const merged = snapshot && merge(sum, snapshot);
      up.set({ service }, merged ? 1 : 0);
      sum = merged ?? sum;
    }
    return [...sum, up.snapshot()];
  };

/** `undefined` where they are of versions that count differently, as during a deployment. */
const merge = (a: Snapshot, b: Snapshot): Snapshot | undefined => {
  try {
    return mergeSnapshots([a, b]);
  } catch {
    return undefined;
  }
};
