import type { LoadPlan } from "../load/plan.ts";
import type { Sample } from "../result.ts";
import type { Tenant } from "../session/tenant.ts";
import { type SystemName, systems } from "../systems/systems.ts";
import type { Context } from "./scenario.ts";
import type { Workload } from "./workloads.ts";

/** One of those that are compared. */
export interface Contender {
  readonly title: string;
  readonly run: () => Promise<Sample>;
}

/** What serves HTTP, and an organization for it. */
export interface Subject {
  readonly title: string;
  readonly port: number;
  readonly tenant: Tenant;
}

export const subjectOf = async (
  { session }: Context,
  name: SystemName,
  title: string = systems[name].title,
): Promise<Subject> => {
  const { port } = await session.system(name);
  return { title, port, tenant: await session.tenant(name) };
};

/** A subject under a workload in a closed loop; it runs once before, so that nothing is cold. */
export const httpContender = async (
  { profile, generator }: Context,
  { title, port, tenant }: Subject,
  workload: Workload,
  connections: number,
): Promise<Contender> => {
  const plan = loadPlan(
    { port, tenant },
    workload,
    Math.min(connections, profile.mostConnections),
    profile,
  );
  await generator.run({ ...plan, connections: warmConnections, each: true });
  return { title, run: () => generator.run(plan) };
};

/** Enough that a thousand wallets are soon read. */
const warmConnections = 64;

export const loadPlan = (
  { port, tenant }: Omit<Subject, "title">,
  workload: Workload,
  connections: number,
  { warmUpMs, measureMs, atLeast = 0 }: Pick<LoadPlan, "warmUpMs" | "measureMs" | "atLeast">,
): LoadPlan => ({
  port,
  token: tenant.apiKey,
  ...workload(tenant),
  connections,
  warmUpMs,
  measureMs,
  atLeast,
});
