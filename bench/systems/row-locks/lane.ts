import type postgres from "postgres";
import type { Row } from "../../../src/db/database.ts";
import { textParams } from "../../../src/db/drivers/values.ts";
import { commitRows } from "../../../src/db/wallets/commit.ts";
import { authorizationState, cardState, walletState } from "../../../src/db/wallets/state-rows.ts";
import { laneKeyOf } from "../../../src/domain/ids.ts";
import { keyReused, notFound } from "../../../src/domain/wallets/lane/answers.ts";
import { WalletCache } from "../../../src/domain/wallets/lane/cache.ts";
import {
  type CommandLane,
  type Job,
  type JobItem,
  type JobResult,
  receiverOf,
  subjectOf,
} from "../../../src/domain/wallets/lane/job.ts";
import { plan } from "../../../src/domain/wallets/lane/plan.ts";
import type { Sha256 } from "../../../src/domain/wallets/log/chain.ts";
import type { Wallet } from "../../../src/domain/wallets/model/wallet.ts";
import type { CommitGroup, CommittedEvent } from "../../../src/domain/wallets/store.ts";
import {
  findCard,
  findKey,
  findPayment,
  insertEvent,
  insertOperation,
  insertPayment,
  insertPosting,
  lockWalletOfCard,
  lockWalletOfPayment,
  lockWallets,
  type Owner,
  type Single,
  updateCard,
  updatePayment,
  updateWallet,
} from "./statements.ts";

const enough = 1_000_000;

/**
 * The usual way to be right: an interactive transaction for each command, that locks the
 * wallet's row, reads what the rules want to know, decides, and writes row after row. The
 * rules, the rows, the tables and the connection's settings are Purser's; only how it is
 * committed differs. It is written for what the benchmark sends: payments, captures and
 * transfers, each a job of its own.
 */
export class RowLockLane implements CommandLane {
  readonly #sql: postgres.Sql;
  readonly #sha256: Sha256;
  readonly #now: () => number;

  constructor(sql: postgres.Sql, sha256: Sha256, now: () => number) {
    this.#sql = sql;
    this.#sha256 = sha256;
    this.#now = now;
  }

  async submit(job: Job): Promise<JobResult> {
    const [item, ...others] = job.items;
    if (!item || others.length > 0) throw new Error("one command a transaction");
    const result = await this.#sql.begin(async (sql) => {
      const run: Run = async ({ text, params }) => [
        ...(await sql.unsafe<Row[]>(text, textParams(params), { prepare: true })),
      ];
      return this.#execute(run, job, item);
    });
    return result as JobResult;
  }

  async #execute(run: Run, job: Job, item: JobItem): Promise<JobResult> {
    const cache = await locked(run, job.organizationId, item);
    const subject = subjectOf(job.organizationId, item.command);
    const walletId = cache.walletOf(subject);
    if (walletId === undefined) return notFound(job, ({ id }) => id === subject.id);
    const [used] = await run(findKey(laneKeyOf(walletId), walletId, item.key));
    if (used) {
      const event = eventOf(used);
      return event.fingerprint === item.fingerprint
        ? { ok: true, value: [event], replayed: true }
        : keyReused();
    }
    const [group] = plan([{ job }], cache, this.#now(), this.#sha256);
    const outcome = group?.decisions[0]?.outcome;
    if (!group || !outcome) throw new Error("nothing was decided");
    if (outcome.ok) await written(run, group.commit);
    return outcome.ok ? { ok: true, value: outcome.events } : outcome;
  }
}

type Run = (statement: Single) => Promise<Row[]>;

/** Locks the wallets of a command, in the order of their ids, and reads what it is about. */
const locked = async (
  run: Run,
  organizationId: string,
  { command }: JobItem,
): Promise<WalletCache> => {
  const cache = new WalletCache(enough, () => true);
  if ("walletId" in command) {
    const ids = [command.walletId, receiverOf(command)].filter((id) => id !== null);
    const wallets = await run(lockWallets(organizationId, ids));
    cache.learn(
      wallets.map((row) => walletState.parse(row)),
      [],
    );
    return cache;
  }
  if (!("authorizationId" in command)) {
    const wallets = await run(lockWalletOfCard(organizationId, command.cardId));
    const cards = await run(findCard(organizationId, command.cardId));
    cache.learn(
      wallets.map((row) => walletState.parse(row)),
      cards.map((row) => cardState.parse(row)),
    );
    return cache;
  }
  const lane = laneKeyOf(command.authorizationId);
  const wallets = await run(lockWalletOfPayment(organizationId, lane, command.authorizationId));
  const payments = (await run(findPayment(organizationId, lane, command.authorizationId))).map(
    (row) => authorizationState.parse(row),
  );
  const cards = payments[0] ? await run(findCard(organizationId, payments[0].cardId)) : [];
  cache.learn(
    wallets.map((row) => walletState.parse(row)),
    cards.map((row) => cardState.parse(row)),
    payments,
  );
  return cache;
};

const ownerOf = ({ id, organizationId, currency }: Wallet): Owner => ({
  l: laneKeyOf(id),
  org: organizationId,
  currency,
});

/** One row a statement, one statement after the other. */
const written = async (run: Run, group: CommitGroup): Promise<void> => {
  const rows = commitRows([group]);
  const owners = new Map(group.wallets.map(({ after }) => [after.id, ownerOf(after)]));
  const of = (row: { readonly w: string }): Owner => {
    const owner = owners.get(row.w);
    if (!owner) throw new Error("a group writes to a wallet that is not its own");
    return owner;
  };
  for (const row of rows.events) await run(insertEvent(row, of(row)));
  for (const row of rows.postings) await run(insertPosting(row, of(row)));
  for (const row of rows.newPayments) await run(insertPayment(row, of(row)));
  const at = rows.wallets[0]?.at ?? "";
  for (const row of rows.changedPayments) await run(updatePayment(row, at));
  for (const row of rows.operations) await run(insertOperation(row, of(row)));
  for (const row of rows.changedCards) await run(updateCard(row));
  for (const row of rows.wallets) await run(updateWallet(row));
};

const eventOf = (row: Row): CommittedEvent => ({
  walletId: String(row["wallet_id"]),
  sequence: Number(row["sequence"]),
  type: row["type"] as CommittedEvent["type"],
  at: (row["recorded_at"] as Date).getTime(),
  data: JSON.parse(String(row["data"])),
  commandKey: String(row["command_key"]),
  fingerprint: row["fingerprint"] === null ? null : String(row["fingerprint"]),
  requestId: String(row["request_id"]),
});
