import type { SealedEvent } from "../../src/domain/wallets/log/chain.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import type { CommitGroup } from "../../src/domain/wallets/store.ts";
import { Attempts } from "./attempts.ts";
import { LedgerCheck } from "./ledger-check.ts";
import type { MemoryDatabase } from "./memory-database.ts";
import { Reference } from "./reference.ts";
import { Refusals } from "./refusals.ts";
import type { Tally } from "./tally.ts";
import type { Report } from "./violation.ts";

/** All that watches the database: told of everything that is written, when it is. */
export class Watch {
  readonly attempts: Attempts;
  readonly #reference: Reference;
  readonly #ledger: LedgerCheck;

  constructor(database: MemoryDatabase, report: Report, tally: Tally) {
    const refusals = new Refusals(database, report);
    this.attempts = new Attempts(database, refusals, report, tally);
    this.#reference = new Reference(database, this.attempts, refusals, report);
    this.#ledger = new LedgerCheck(database, report);
  }

  opened(wallet: Wallet, created: SealedEvent): void {
    this.#ledger.opened(created);
    this.#reference.opened(wallet);
  }

  written(group: CommitGroup, decidedAt: number): void {
    for (const sealed of group.events) this.attempts.happened(sealed);
    this.#ledger.follow(group);
    this.#reference.follow(group, decidedAt);
  }

  /** Looks at everything again, not only at what was written last. */
  checkAll(): void {
    this.#ledger.checkAll();
    this.#reference.compareAll();
  }
}
