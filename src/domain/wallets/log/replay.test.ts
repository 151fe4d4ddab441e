import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { everyEventType } from "../../../../test/support/event-types.ts";
import { at } from "../../../../test/support/wallet-states.ts";
import { sha256Hex } from "../../../runtime/sha256.ts";
import type { Authorization } from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import type { Command } from "../model/command.ts";
import type { DraftEvent, EventType } from "../model/event.ts";
import type { Wallet } from "../model/wallet.ts";
import {
  applyToAuthorization,
  applyToCard,
  applyToWallet,
  createdCard,
  openedWallet,
  type Placed,
  paymentOf,
} from "../rules/apply.ts";
import { rulesVersion } from "../rules/decide.ts";
import type { State } from "../rules/decision.ts";
import { rulesOfVersion } from "../verify/rules-of-version.ts";
import { chained, genesisHash } from "./chain.ts";

/** A log as it was written by the rules of some day (scripts/event-log-fixture.ts). */
interface Fixture {
  readonly rulesVersion: number;
  readonly organizationId: string;
  readonly events: readonly StoredEvent[];
  readonly wallets: readonly unknown[];
  readonly cards: readonly unknown[];
  readonly authorizations: readonly unknown[];
}

interface StoredEvent {
  readonly walletId: string;
  readonly sequence: number;
  readonly type: EventType;
  readonly at: string;
  readonly rulesVersion: number;
  readonly organizationId: string;
  readonly requestId: string;
  readonly commandKey: string | null;
  readonly fingerprint: string | null;
  readonly hash: string;
  readonly commandText: string;
  readonly dataText: string;
}

const folder = new URL("../../../../test/fixtures/", import.meta.url);
const names = (await readdir(folder)).filter((name) => /^event-log-v\d+\.json$/.test(name)).sort();
const fixtures = await Promise.all(
  names.map(
    async (name): Promise<readonly [string, Fixture]> => [
      name,
      JSON.parse(await readFile(new URL(name, folder), "utf8")) as Fixture,
    ],
  ),
);

const eventOf = (stored: StoredEvent): Placed =>
  ({
    walletId: stored.walletId,
    type: stored.type,
    data: JSON.parse(stored.dataText),
    at: Date.parse(stored.at),
    sequence: stored.sequence,
  }) as Placed;

/** Amounts of states are `bigint`, which JSON has no word for. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one) => (typeof one === "bigint" ? `${one}n` : (one as unknown))),
  );

/** What a log comes to. */
class Replay {
  readonly wallets = new Map<string, Wallet>();
  readonly cards = new Map<string, Card>();
  readonly payments = new Map<string, Authorization>();
  readonly #organizationId: string;

  constructor(organizationId: string) {
    this.#organizationId = organizationId;
  }

  apply(event: Placed, hash: string): void {
    const before = this.wallets.get(event.walletId);
    const wallet =
      event.type === "wallet.created"
        ? openedWallet(this.#organizationId, event.data, event.at)
        : before && applyToWallet(before, event);
    if (!wallet) throw new Error("a log begins with the wallet's creation");
    this.wallets.set(wallet.id, { ...wallet, headHash: hash });
    for (const card of this.cards.values()) {
      if (card.walletId === wallet.id) this.cards.set(card.id, applyToCard(card, event));
    }
    if (event.type === "card.created") {
      const { card, usage } = event.data;
      this.cards.set(card.id, createdCard(this.#organizationId, card, event.at, usage));
    }
    const id = paymentOf(event)?.id;
    if (id === undefined) return;
    const payment = applyToAuthorization(this.payments.get(id), event, this.#organizationId);
    if (payment) this.payments.set(id, payment);
  }

  state(command: Exclude<Command, { kind: "open_wallet" }>): State {
    const authorization =
      "authorizationId" in command ? this.payments.get(command.authorizationId) : undefined;
    const named = "cardId" in command && command.kind !== "create_card" ? command.cardId : "";
    const card = this.cards.get(authorization?.cardId ?? named);
    const walletId = card?.walletId ?? ("walletId" in command ? command.walletId : "");
    const wallet = this.wallets.get(walletId);
    if (!wallet) throw new Error("the log has no wallet that the command names");
    const receiver =
      command.kind === "transfer" || command.kind === "close_wallet" ? command.toWalletId : null;
    const counterparty = receiver === null ? undefined : this.wallets.get(receiver);
    return {
      wallet,
      ...(card && { card }),
      ...(authorization && { authorization }),
      ...(counterparty && { counterparty }),
    };
  }
}

test("the rules of today have a log that later ones must replay", () => {
  expect(fixtures.map(([, fixture]) => fixture.rulesVersion)).toContain(rulesVersion);
});

describe.each(fixtures)("%s", (_, fixture) => {
  const { events, organizationId } = fixture;

  test("has every type of event in the log of one wallet", () => {
    const own = events.filter(({ walletId }) => walletId === events[0]?.walletId);
    expect(new Set(own.map(({ type }) => type)).size).toBeGreaterThanOrEqual(28);
    if (fixture.rulesVersion === rulesVersion) {
      expect([...new Set(own.map(({ type }) => type))].sort()).toEqual([...everyEventType].sort());
    }
  });

  test("chains, without a gap, by the texts as they are stored", () => {
    const heads = new Map<string, { readonly hash: string; readonly sequence: number }>();
    for (const stored of events) {
      const before = heads.get(stored.walletId) ?? { hash: genesisHash, sequence: 0 };
      expect(stored.sequence).toBe(before.sequence + 1);
      const { commandText, dataText } = stored;
      const hash = sha256Hex(
        chained(
          before.hash,
          { ...stored, at: Date.parse(stored.at) },
          stored,
          commandText,
          dataText,
        ),
      );
      expect([stored.sequence, stored.hash]).toEqual([stored.sequence, hash]);
      heads.set(stored.walletId, stored);
    }
  });

  test("gives the recorded balances after every posting, and in the end the recorded rows", () => {
    const replay = new Replay(organizationId);
    let postings = 0;
    for (const stored of events) {
      const event = eventOf(stored);
      replay.apply(event, stored.hash);
      const last = "postings" in event.data ? event.data.postings.at(-1) : undefined;
      if (!last) continue;
      postings += 1;
      const { available, held, receivable } = last;
      expect(replay.wallets.get(stored.walletId)).toMatchObject({
        available: BigInt(available),
        held: BigInt(held),
        receivable: BigInt(receivable),
      });
    }
    expect(postings).toBeGreaterThan(20);
    expect([...replay.wallets.values()].map(plain)).toEqual(fixture.wallets);
    expect([...replay.cards.values()].map(plain)).toEqual(fixture.cards);
    expect([...replay.payments.values()].map(plain)).toEqual(fixture.authorizations);
  });

  test("is decided again, to the letter, by the rules of the version that each event names", () => {
    const replay = new Replay(organizationId);
    for (let next = 0; next < events.length; ) {
      const first = at(events, next);
      const command = JSON.parse(first.commandText) as Command;
      const now = Date.parse(first.at);
      const rules = rulesOfVersion(first.rulesVersion);
      if (!rules) throw new Error(`there are no rules of version ${first.rulesVersion}`);
      const decision =
        command.kind === "open_wallet"
          ? rules.open(command, now)
          : rules.decide(replay.state(command), command, now);
      if (!decision.ok) throw new Error(`${command.kind} is refused: ${decision.refusal.code}`);
      for (const draft of decision.events) {
        const stored = at(events, next);
        expect(textOf(draft)).toEqual({
          walletId: stored.walletId,
          type: stored.type,
          dataText: stored.dataText,
        });
        expect(stored.commandText).toBe(first.commandText);
        const answers = draft === decision.answer && command.kind !== "open_wallet";
        expect([stored.type, stored.commandKey !== null]).toEqual([stored.type, answers]);
        replay.apply(eventOf(stored), stored.hash);
        next += 1;
      }
    }
  });
});

const textOf = ({ walletId, type, data }: DraftEvent) => ({
  walletId,
  type,
  dataText: JSON.stringify(data),
});
