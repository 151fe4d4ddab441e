import { uuidv7WithLane } from "../../src/domain/ids.ts";
import { WalletCache } from "../../src/domain/wallets/lane/cache.ts";
import type { Job } from "../../src/domain/wallets/lane/job.ts";
import { plan } from "../../src/domain/wallets/lane/plan.ts";
import { genesisHash, type SealedEvent, seal } from "../../src/domain/wallets/log/chain.ts";
import type { Authorization } from "../../src/domain/wallets/model/authorization.ts";
import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { OpenWallet } from "../../src/domain/wallets/model/command.ts";
import type { WalletEvent } from "../../src/domain/wallets/model/event.ts";
import type { Wallet } from "../../src/domain/wallets/model/wallet.ts";
import { applyToCard, openedWallet } from "../../src/domain/wallets/rules/apply.ts";
import { rulesVersion, type StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import { openWallet } from "../../src/domain/wallets/rules/wallet-lifecycle.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";

/** Wallets whose logs are written as lanes write them, without a database; the same on every run. */
export class History {
  readonly events: SealedEvent[] = [];
  readonly wallets = new Map<string, Wallet>();
  readonly cards = new Map<string, Card>();
  readonly payments = new Map<string, Authorization>();
  readonly #cache = new WalletCache(100_000_000, () => false);
  readonly organizationId: string;
  now: number;
  #drawn = 0;

  constructor(now: number) {
    this.now = now;
    this.organizationId = this.id();
  }

  /** An id like those that are drawn at random. */
  id(): string {
    this.#drawn += 1;
    const digest = Buffer.from(sha256Hex(`event log fixture ${this.#drawn}`), "hex");
    return uuidv7WithLane(this.now, digest.subarray(0, 10), 0x4a1e);
  }

  open(command: OpenWallet): Wallet {
    const decision = openWallet(command, this.now);
    if (!decision.ok || decision.answer.type !== "wallet.created") throw new Error("not opened");
    const draft = decision.answer;
    const event: WalletEvent = { ...draft, sequence: 1, at: this.now, rulesVersion, command };
    const cause = {
      organizationId: this.organizationId,
      requestId: `request-${this.events.length + 1}`,
      commandKey: null,
      fingerprint: null,
    };
    const sealed = seal(event, cause, genesisHash, sha256Hex);
    this.events.push(sealed);
    const opened = openedWallet(this.organizationId, draft.data, this.now);
    const wallet = { ...opened, headHash: sealed.hash };
    this.#cache.learn([wallet], []);
    this.wallets.set(wallet.id, wallet);
    return wallet;
  }

  /** A wallet that ends takes its cards along, also those that the commit did not name. */
  #endCards(event: WalletEvent): void {
    if (event.type !== "wallet.closed" && event.type !== "wallet.deleted") return;
    for (const card of this.cards.values()) {
      if (card.walletId === event.walletId) this.cards.set(card.id, applyToCard(card, event));
    }
  }

  /** Decides and writes a command, some time after the one before. */
  do(command: StateCommand, after = 61_500): void {
    this.now += after;
    const item = {
      command,
      key: `client:key-${this.events.length + 1}`,
      fingerprint: sha256Hex(`request ${this.events.length + 1}`),
      secret: { numberCiphertext: "00", numberKeyVersion: 1, numberFingerprint: "00" },
    };
    const job: Job = {
      organizationId: this.organizationId,
      requestId: `request-${this.events.length + 1}`,
      deadline: this.now + 8_000,
      items: [item],
    };
    const groups = plan([{ job }], this.#cache, this.now, sha256Hex);
    for (const { commit, decisions } of groups) {
      const [decision] = decisions;
      if (!decision?.outcome.ok) throw new Error(`${command.kind} was refused`);
      this.events.push(...commit.events);
      for (const { after: card } of commit.cards) this.cards.set(card.id, card);
      for (const { event } of commit.events) this.#endCards(event);
      for (const { after: payment } of commit.authorizations) {
        this.payments.set(payment.id, payment);
      }
      for (const { after: wallet } of commit.wallets) {
        this.wallets.set(wallet.id, wallet);
        const own = <T extends { readonly walletId: string }>(changes: readonly { after: T }[]) =>
          changes.map((change) => change.after).filter(({ walletId }) => walletId === wallet.id);
        this.#cache.committed(wallet, own(commit.cards), own(commit.authorizations));
      }
    }
  }
}
