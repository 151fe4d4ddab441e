import { chained, genesisHash } from "../../src/domain/wallets/log/chain.ts";
import type { EventType } from "../../src/domain/wallets/model/event.ts";
import type { Finding } from "../../src/domain/wallets/verify/finding.ts";
import {
  type VerifyOptions,
  type VerifyProgress,
  type VerifySummary,
  verifyLedger,
} from "../../src/domain/wallets/verify/verify.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { type MemoryActivity, memoryActivity } from "./memory-activity.ts";
import { memoryVerifyReads } from "./memory-verify-reads.ts";
import type { Row, Stored, StoredLedger } from "./stored-ledger.ts";

let made: Promise<MemoryActivity> | undefined;

/** A copy of a ledger in which everything has happened, for one test to tamper with. */
export class TamperedLedger {
  readonly activity: MemoryActivity;
  readonly rows: StoredLedger;

  constructor(activity: MemoryActivity) {
    this.activity = activity;
    this.rows = structuredClone(activity.ledger);
  }

  log(walletId: string = this.activity.main): Stored[] {
    return this.rows.events
      .filter((event) => event.walletId === walletId)
      .sort((one, other) => one.sequence - other.sequence);
  }

  /** The first event of that type. */
  event(type: EventType, walletId: string = this.activity.main): Stored {
    const found = this.log(walletId).find((event) => event.type === type);
    if (!found) throw new Error(`there is no ${type}`);
    return found;
  }

  get last(): Stored {
    const last = this.log().at(-1);
    if (!last) throw new Error("the log is empty");
    return last;
  }

  /** The event before the first one of that type. */
  before(type: EventType): Stored {
    const { sequence } = this.event(type);
    const found = this.log().find((event) => event.sequence === sequence - 1);
    if (!found) throw new Error(`nothing is before ${type}`);
    return found;
  }

  /** The row that the first event of that type made. */
  of(type: EventType, rows: readonly Row[]): Row {
    const { walletId, sequence } = this.event(type);
    return one(rows, { wallet_id: walletId, sequence: String(sequence) });
  }

  wallet(walletId: string = this.activity.main): Row {
    return one(this.rows.wallets, { id: walletId });
  }

  /** The payment that was incremented, captured and reversed in part, and is open. */
  get payment(): Row {
    return one(this.rows.authorizations, { id: this.activity.open });
  }

  /** Does to an event's texts what its owner can, and makes the chain right again behind it. */
  rewrite(event: Stored, change: (command: Content, data: Content) => void): void {
    const command = JSON.parse(event.commandText);
    const data = JSON.parse(event.dataText);
    change(command, data);
    event.commandText = JSON.stringify(command);
    event.dataText = JSON.stringify(data);
    this.reseal(event.walletId);
  }

  reseal(walletId: string = this.activity.main): void {
    this.#chain(walletId, () => undefined);
  }

  /** Gives an event this hash, and chains those behind it to it. */
  rechain(to: Stored, hash: string): void {
    this.#chain(to.walletId, (event) => (event === to ? hash : undefined));
  }

  #chain(walletId: string, hashOf: (event: Stored) => string | undefined): void {
    let previous = genesisHash;
    for (const event of this.log(walletId)) {
      const { commandText, dataText } = event;
      event.hash =
        hashOf(event) ?? sha256Hex(chained(previous, event, event, commandText, dataText));
      previous = event.hash;
    }
    this.wallet(walletId)["head_hash"] = previous;
  }

  async verify(options: VerifyOptions = {}): Promise<{
    readonly summary: VerifySummary;
    readonly findings: readonly Finding[];
    readonly progress: readonly VerifyProgress[];
  }> {
    const findings: Finding[] = [];
    const progress: VerifyProgress[] = [];
    const ports = {
      reads: memoryVerifyReads(this.rows),
      sha256: sha256Hex,
      onFinding: (finding: Finding) => void findings.push(finding),
      onProgress: (now: VerifyProgress) => void progress.push(now),
    };
    const summary = await verifyLedger(ports, options);
    return { summary, findings, progress };
  }
}

/** The content of a command or an event; tampering asks nothing of it. */
// biome-ignore lint/suspicious/noExplicitAny: what is changed here is not what the types say.
export type Content = any;

export const tamperedMemory = async (): Promise<TamperedLedger> => {
  // Not at the top of a file: what a test runs is told apart from what loading it runs.
  made ??= memoryActivity();
  return new TamperedLedger(await made);
};

/** The only row with these values. */
export const one = (rows: readonly Row[], values: Readonly<Row>): Row => {
  const found = rows.filter((row) =>
    Object.entries(values).every(([column, value]) => row[column] === value),
  );
  const [only] = found;
  if (!only || found.length > 1)
    throw new Error(`${found.length} rows have ${JSON.stringify(values)}`);
  return only;
};

export const without = <T>(rows: T[], gone: T): void => {
  rows.splice(rows.indexOf(gone), 1);
};
