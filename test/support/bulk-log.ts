import type { Database } from "../../src/db/database.ts";
import { createWalletOwnership } from "../../src/db/wallets/ownership.ts";
import { createWalletStore } from "../../src/db/wallets/wallet-store.ts";
import { WalletCache } from "../../src/domain/wallets/lane/cache.ts";
import { plan } from "../../src/domain/wallets/lane/plan.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { Ref } from "../../src/domain/wallets/store.ts";
import { createWallet } from "../../src/domain/wallets/verbs/create-wallet.ts";
import { createIds } from "../../src/runtime/ids.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { anActor } from "./an-actor.ts";
import { valueFrom } from "./directory.ts";
import { authorizing, creatingCard, depositing, idIn, newId } from "./wallet-states.ts";
import { committed, jobOf, loadedFrom } from "./wallets.ts";

/** A wallet with a long log, made by the rules and written by the commit. */
export interface LongLog {
  readonly walletId: string;
  readonly events: number;
}

const batch = 1_000;

/**
 * A hot wallet: two payments in three events, the third goes on with one of the payments
 * so far, wherever in the log it began. The log grows over the months of a year.
 */
export const longLog = async (
  database: Database,
  events: number,
  onProgress: (events: number) => void = () => {},
): Promise<LongLog> => {
  const actor = anActor();
  const { organizationId } = actor;
  const store = createWalletStore(database);
  let clock = Date.now() - year;
  const open = createWallet({
    ownership: createWalletOwnership(database),
    owners: { ownerExists: async () => true, userExists: async () => true },
    ids: createIds(),
    sha256: sha256Hex,
    now: () => clock,
  });
  const wallet = valueFrom(await open(actor, { owner: { teamId: newId() }, name: "Hot" }));
  let version = 1;
  const write = async (commands: readonly StateCommand[], cards: readonly Id[]): Promise<void> => {
    const ref = (kind: Ref["kind"], id: string): Ref => ({ kind, organizationId, id });
    const known = await loadedFrom(store, [
      ref("wallet", wallet.id),
      ...cards.map(({ id }) => ref("card", id)),
      ...[...new Set(commands.flatMap(paymentOf))].map((id) => ref("authorization", id)),
    ]);
    const cache = new WalletCache(1_000_000_000, () => true);
    cache.learn(known.wallets, known.cards, known.authorizations);
    const jobs = commands.map((command) => ({ job: jobOf(actor, command) }));
    const groups = plan(jobs, cache, clock, sha256Hex).map(({ commit }) => commit);
    const { outcomes } = await committed(store, groups);
    const after = groups[0]?.wallets[0]?.after.version ?? 0;
    if (outcomes[0]?.verdict !== "committed" || after < version + commands.length) {
      throw new Error(`some of it was refused: ${JSON.stringify(outcomes)}`);
    }
    version = after;
    clock += Math.floor((year * 0.9 * commands.length) / events);
    onProgress(version);
  };
  const cards = [creatingCard(wallet), creatingCard(wallet)];
  await write([depositing(wallet, 1_000_000_000_000), ...cards], []);
  const made = cards.map(({ cardId }) => ({ id: cardId }));
  const payments = new OpenPayments();
  while (version < events) {
    const commands = Array.from({ length: Math.min(batch, events - version) }, (_, at) =>
      nextCommand(version + at, wallet, made, payments),
    );
    await write(commands, made);
  }
  return { walletId: wallet.id, events: version };
};

type Id = { readonly id: string };

const year = 365 * 86_400_000;

const paymentOf = (command: StateCommand): string[] =>
  "authorizationId" in command ? [command.authorizationId] : [];

const nextCommand = (
  n: number,
  wallet: { readonly id: string },
  cards: readonly { readonly id: string }[],
  payments: OpenPayments,
): StateCommand => {
  const id = idIn(wallet);
  const metadata = {};
  const authorizationId = n % 3 === 2 ? payments.take(n) : undefined;
  if (authorizationId === undefined) {
    if (n % 97 === 0) return depositing(wallet, 500);
    const payment = authorizing(cards[n % 2] ?? { id: "" }, 100 + (n % 50));
    payments.put(payment.id);
    return payment;
  }
  switch (Math.floor(n / 3) % 4) {
    case 0:
      payments.put(authorizationId);
      return { kind: "increment", id, authorizationId, amount: 7, metadata };
    case 1:
      payments.put(authorizationId);
      return {
        kind: "capture",
        id,
        authorizationId,
        amount: 1,
        final: false,
        tolerances: [],
        metadata,
      };
    case 2:
      return { kind: "reverse", id, authorizationId, amount: null, metadata };
    default:
      return {
        kind: "capture",
        id,
        authorizationId,
        amount: null,
        final: true,
        tolerances: [],
        metadata,
      };
  }
};

/** Payments that are open: some of the newest, and some from everywhere. */
class OpenPayments {
  readonly #ids: string[] = [];
  /** Made in the batch at hand: they cannot be loaded yet. */
  readonly #new: string[] = [];

  put(id: string): void {
    this.#new.push(id);
    if (this.#new.length >= 2 * batch) this.#ids.push(...this.#new.splice(0, batch));
  }

  take(n: number): string | undefined {
    if (this.#ids.length === 0) return undefined;
    const at = n % 2 === 0 ? this.#ids.length - 1 : (n * 7_919) % this.#ids.length;
    const [id] = this.#ids.splice(at, 1, this.#ids.at(-1) ?? "");
    this.#ids.pop();
    return id;
  }
}
