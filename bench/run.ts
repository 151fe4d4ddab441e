import { buildDocsAssets } from "../scripts/docs-assets.ts";
import { startPostgres } from "../scripts/postgres.ts";
import { startGenerator } from "./load/generator-process.ts";
import { commitMeasured, describeMachine, loadAverage, type Machine } from "./machine.ts";
import type { Profile } from "./profile.ts";
import type { Progress } from "./progress.ts";
import type { ScenarioResult } from "./result.ts";
import type { Context, Scenario } from "./scenarios/scenario.ts";
import { type ScoreRow, scoreOf } from "./score.ts";
import { openSession, type Session } from "./session/session.ts";

export interface Report {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly commit: string | undefined;
  readonly profile: Profile;
  readonly machine: Machine;
  /** Of the machine, before and after; the run itself is in the second. */
  readonly load: readonly [before: number, after: number];
  readonly seconds: number;
  readonly score: readonly ScoreRow[];
  readonly results: readonly ScenarioResult[];
  /** Scenarios that did not come to an end, and why. */
  readonly failures: readonly { readonly id: string; readonly why: string }[];
}

/** Runs scenarios one after the other on a PostgreSQL of their own. */
export const runBenchmark = async (
  profile: Profile,
  scenarios: readonly Scenario[],
  progress: Progress,
): Promise<Report> => {
  const started = Date.now();
  const loadBefore = loadAverage();
  for (const scenario of scenarios) progress.plan(scenario.seconds(profile));
  // wrangler wants to see them when it bundles the Worker.
  await buildDocsAssets();
  const server = await startPostgres();
  const generator = startGenerator();
  const machine = await describeMachine(server.url);
  const results: ScenarioResult[] = [];
  const failures: Report["failures"][number][] = [];
  let session: Session | undefined;
  try {
    for (const scenario of scenarios) {
      progress.say(scenario.title);
      session ??= await openSession(server.url, profile.wallets);
      const context: Context = { profile, session, generator, progress, serverUrl: server.url };
      try {
        const { id, title, about } = scenario;
        results.push({ id, title, about, ...(await scenario.run(context)) });
      } catch (error) {
        // An hour of others' results is not thrown away for it.
        failures.push({ id: scenario.id, why: String(error) });
        progress.warn(`${scenario.id}: ${error instanceof Error ? error.stack : error}`);
      }
      if (!profile.shared) {
        await session.close();
        session = undefined;
      }
    }
    return {
      startedAt: new Date(started).toISOString(),
      commit: commitMeasured(),
      profile,
      machine,
      load: [loadBefore, loadAverage()],
      seconds: Math.round((Date.now() - started) / 1_000),
      score: scoreOf(results),
      results,
      failures,
    };
  } finally {
    await session?.close();
    await generator.stop();
    await server.stop();
    progress.end();
  }
};
