import type { CommitGroup } from "../store.ts";
import type { JobItem } from "./job.ts";

/**
 * Commits of this lane that got no answer and can still take effect: until their deadline
 * by the database's clock, or until a wallet of their group has moved on. When a command
 * that one of them would do is refused meanwhile, on the state as it still is, that refusal
 * may be false a moment later.
 */
export class UnheardCommits {
  readonly #byKey = new Map<string, Unheard[]>();

  /** `until` is the deadline that their statement carries. */
  add(groups: readonly CommitGroup[], until: number): void {
    for (const { wallets, events } of groups) {
      const versions = new Map(
        wallets.map(({ after, expectedVersion }) => [after.id, expectedVersion]),
      );
      for (const { event, commandKey } of events) {
        if (commandKey === null) continue;
        const name = `${event.walletId} ${commandKey}`;
        this.#byKey.set(name, [...(this.#byKey.get(name) ?? []), { versions, until }]);
      }
    }
  }

  /** Whether one of these commands may still take effect, now that `accepted` was committed. */
  concern(
    items: readonly JobItem[],
    walletIds: readonly string[],
    accepted: CommitGroup,
    databaseTime: number,
  ): boolean {
    if (this.#byKey.size === 0) return false;
    const overtaken = ({ versions, until }: Unheard): boolean =>
      databaseTime > until ||
      accepted.wallets.some(({ after }) => after.version > (versions.get(after.id) ?? Infinity));
    return items.some((item, index) =>
      this.#byKey.get(`${walletIds[index]} ${item.key}`)?.some((unheard) => !overtaken(unheard)),
    );
  }

  /** Forgets those whose deadline has passed. */
  trim(databaseTime: number): void {
    for (const [name, commits] of this.#byKey) {
      const alive = commits.filter(({ until }) => until >= databaseTime);
      if (alive.length === 0) this.#byKey.delete(name);
      else if (alive.length < commits.length) this.#byKey.set(name, alive);
    }
  }
}

interface Unheard {
  /** The versions that its wallets were expected at. */
  readonly versions: ReadonlyMap<string, number>;
  readonly until: number;
}
