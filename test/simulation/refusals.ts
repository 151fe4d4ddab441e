import { type Job, refsOfJob } from "../../src/domain/wallets/lane/job.ts";
import type { MemoryDatabase } from "./memory-database.ts";
import type { Report } from "./violation.ts";

/**
 * Which refusals were true: of the state that a commit proved, by the naive model's word.
 * A lane tells a decided refusal only after such a commit (docs/decisions/0003).
 */
export class Refusals {
  readonly #proved = new Map<string, Set<string>>();
  readonly #database: MemoryDatabase;
  readonly #report: Report;

  constructor(database: MemoryDatabase, report: Report) {
    this.#database = database;
    this.#report = report;
  }

  /** A commit proved the state on which the job is refused for any of these. */
  prove(job: Job, codes: readonly string[]): void {
    const name = nameOf(job);
    const known = this.#proved.get(name) ?? new Set();
    for (const code of codes) known.add(code);
    this.#proved.set(name, known);
  }

  /** Repeats of a try that is under way share its refusal, with what that one drew. */
  check(job: Job, code: string, shared: readonly Job[]): void {
    if (this.#proved.get(nameOf(job))?.has(code)) return;
    if (code === "not_found" && this.#namesNothing(job)) return;
    if (code === "card_number_taken" && shared.some((one) => this.#bringsTakenNumber(one))) return;
    const kinds = job.items.map(({ command }) => command.kind).join(", ");
    const proved = [...(this.#proved.get(nameOf(job)) ?? ["nothing"])].join(", ");
    const detail = `${job.requestId} (${kinds}) was told ${code}; proved was ${proved}`;
    this.#report("proved_refusal", detail);
  }

  /** Nothing ever goes away, so what is not there now was not there when it was asked for. */
  #namesNothing(job: Job): boolean {
    const refs = refsOfJob(job);
    return refs.some((ref) => this.#database.load([ref]).wallets.length === 0);
  }

  #bringsTakenNumber({ organizationId, items }: Job): boolean {
    return items.some(
      ({ secret }) => secret && this.#database.wasTaken(organizationId, secret.numberFingerprint),
    );
  }
}

/** Tries at the same request ask for the same, whatever ids they draw. */
const nameOf = ({ items }: Job): string =>
  items.map(({ key, fingerprint }) => `${key} ${fingerprint}`).join(" ");
