import type { Generator } from "../load/generator-process.ts";
import type { Profile } from "../profile.ts";
import type { Progress } from "../progress.ts";
import type { ScenarioResult } from "../result.ts";
import type { Session } from "../session/session.ts";

export interface Context {
  readonly profile: Profile;
  readonly session: Session;
  readonly generator: Generator;
  readonly progress: Progress;
  /** The PostgreSQL, for scenarios that want another database. */
  readonly serverUrl: string;
}

export interface Scenario {
  /** Names it on the command line, in the report and in the names of files. */
  readonly id: string;
  readonly title: string;
  /** What is measured against what, for who reads the report. */
  readonly about: string;
  readonly profiles: readonly Profile["name"][];
  /** How long it will take, for who waits. */
  readonly seconds: (profile: Profile) => number;
  readonly run: (context: Context) => Promise<Omit<ScenarioResult, "id" | "title" | "about">>;
}

export const everywhere: Scenario["profiles"] = ["smoke", "quick", "full"];
export const notInSmoke: Scenario["profiles"] = ["quick", "full"];
export const inFull: Scenario["profiles"] = ["full"];
