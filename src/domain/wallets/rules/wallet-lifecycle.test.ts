import { describe, expect, test } from "vitest";
import { Life } from "../../../../test/support/payment-life.ts";
import {
  aCard,
  aMerchant,
  at,
  authorizing,
  aWallet,
  capturing,
  closing,
  codeOf,
  creatingCard,
  depositing,
  eventsOf,
  forcing,
  newId,
  noon,
  refundingCard,
  transferring,
  updatingCard,
  withdrawing,
} from "../../../../test/support/wallet-states.ts";
import type { OpenWallet } from "../model/command.ts";
import { noControls } from "../model/controls.ts";
import { maxAmount } from "../model/money.ts";
import type { Wallet } from "../model/wallet.ts";
import { applyToCard, applyToWallet, openedWallet } from "./apply.ts";
import { decide, eventTime, type StateCommand } from "./decide.ts";
import { noLimits } from "./limits.ts";
import { openWallet } from "./wallet-lifecycle.ts";

const later = noon + 5_000;

const changed = (wallet: Wallet, command: StateCommand): Wallet =>
  eventsOf(decide({ wallet }, command, later)).reduce(
    (state, event) => applyToWallet(state, { ...event, at: later }),
    wallet,
  );

const opening: OpenWallet = {
  kind: "open_wallet",
  walletId: newId(),
  teamId: newId(),
  userId: null,
  name: "Travel",
  currency: "EUR",
  timezone: "Europe/Berlin",
  limits: { ...noLimits, day: { amount: 500_000 } },
  smallestLimit: 10_000,
  controls: noControls,
  metadata: { a: "b" },
  lowBalanceThreshold: null,
};

describe("opening a wallet", () => {
  test("gives an empty active one at version 1", () => {
    const [event] = eventsOf(openWallet(opening, noon));
    if (event?.type !== "wallet.created") throw new Error("no wallet was created");
    const wallet = openedWallet("organization", event.data, noon);
    expect(wallet).toMatchObject({
      id: opening.walletId,
      status: "active",
      available: 0n,
      held: 0n,
      receivable: 0n,
      version: 1,
      timezoneLocked: false,
      limits: opening.limits,
    });
  });

  test.each(["day", "month"])("with a %s limit under the smallest is refused by name", (window) => {
    const limits = { ...noLimits, [window]: { amount: 9_999 } };
    const decision = openWallet({ ...opening, limits }, noon);
    expect(codeOf(decision)).toBe("validation_failed");
    expect(decision).toMatchObject({
      refusal: { errors: [{ pointer: `/limits/${window}/amount` }] },
    });
  });
});

describe("a wallet", () => {
  const wallet = aWallet({ metadata: { a: "b" }, limits: opening.limits });
  const update = { kind: "update_wallet", walletId: wallet.id, smallestLimit: 0 } as const;

  test("is changed only where the request says", () => {
    expect(changed(wallet, { ...update, name: "Food" })).toEqual({
      ...wallet,
      name: "Food",
      version: 2,
      updatedAt: later,
    });
    expect(changed(wallet, { ...update, metadata: {} }).metadata).toEqual({});
    expect(changed(wallet, { ...update, limits: { day: null } }).limits).toEqual(noLimits);
  });

  test("keeps limits that are now under the smallest, in windows that the request does not set", () => {
    const small = aWallet({ limits: { ...noLimits, day: { amount: 5 } } });
    const renamed = { ...update, walletId: small.id, smallestLimit: 10, name: "x" };
    expect(changed(small, renamed).limits.day).toEqual({ amount: 5 });
    const elsewhere = { month: { amount: 10 }, week: { amount: 1 } };
    expect(changed(small, { ...renamed, limits: elsewhere }).limits).toMatchObject({
      ...elsewhere,
      day: { amount: 5 },
    });
    for (const limits of [{ day: { amount: 5 } }, { month: { amount: 9 } }]) {
      expect(codeOf(decide({ wallet: small }, { ...renamed, limits }, later))).toBe(
        "validation_failed",
      );
    }
  });

  test("changes its zone until the first authorization, declined ones included", () => {
    const move = { ...update, timezone: "Asia/Tokyo" };
    expect(changed(wallet, move).timezone).toBe("Asia/Tokyo");
    const locked = aWallet({ timezoneLocked: true, timezone: "UTC" });
    expect(codeOf(decide({ wallet: locked }, move, later))).toBe("timezone_locked");
    expect(changed(locked, { ...update, timezone: "UTC" }).timezone).toBe("UTC");
    for (const available of [0n, 100n]) {
      const before = aWallet({ available });
      const card = aCard(before);
      const [event] = eventsOf(decide({ wallet: before, card }, authorizing(card, 100), later));
      if (!event) throw new Error("nothing happened");
      expect(applyToWallet(before, { ...event, at: later }).timezoneLocked).toBe(true);
    }
  });

  test("freezes and unfreezes, also twice", () => {
    const walletId = wallet.id;
    const frozen = changed(wallet, { kind: "freeze_wallet", walletId });
    expect(frozen.status).toBe("frozen");
    expect(changed(frozen, { kind: "freeze_wallet", walletId }).status).toBe("frozen");
    expect(changed(frozen, { kind: "unfreeze_wallet", walletId }).status).toBe("active");
  });
});

describe("deleting a wallet", () => {
  test.each([
    [{ available: 1n }, "available"],
    [{ held: 1n }, "on hold"],
    [{ receivable: 1n }, "owes"],
  ])("with %o is refused and says so", (over, word) => {
    const wallet = aWallet({ available: 0n, ...over });
    const decision = decide({ wallet }, { kind: "delete_wallet", walletId: wallet.id }, later);
    expect(codeOf(decision)).toBe("wallet_not_empty");
    expect(JSON.stringify(decision)).toContain(word);
    expect(JSON.stringify(decision)).toContain(wallet.id);
  });

  test("closes it for every command there is", () => {
    const wallet = aWallet({ available: 0n });
    const card = aCard(wallet);
    const walletId = wallet.id;
    const closed = changed(wallet, { kind: "delete_wallet", walletId });
    expect(closed.status).toBe("closed");
    const other = aWallet();
    const cardId = card.id;
    const authorizationId = newId();
    const commands: { [Kind in StateCommand["kind"]]: Extract<StateCommand, { kind: Kind }> } = {
      deposit: depositing(wallet, 1),
      withdraw: withdrawing(wallet, 1),
      transfer: transferring(wallet, other, 1),
      authorize: authorizing(card, 0),
      update_wallet: { kind: "update_wallet", walletId, smallestLimit: 0 },
      freeze_wallet: { kind: "freeze_wallet", walletId },
      unfreeze_wallet: { kind: "unfreeze_wallet", walletId },
      delete_wallet: { kind: "delete_wallet", walletId },
      create_card: creatingCard(wallet),
      update_card: updatingCard(card, {}),
      freeze_card: { kind: "freeze_card", cardId },
      unfreeze_card: { kind: "unfreeze_card", cardId },
      terminate_card: { kind: "terminate_card", cardId },
      replace_card: {
        kind: "replace_card",
        cardId,
        newCardId: newId(),
        reason: "lost",
        issued: true,
        last4: "0000",
        expMonth: 12,
        expYear: 2030,
      },
      delete_card: { kind: "delete_card", cardId },
      close_wallet: { kind: "close_wallet", walletId, id: newId(), toWalletId: null },
      force_capture: {
        kind: "force_capture",
        id: newId(),
        captureId: newId(),
        cardId,
        amount: 1,
        merchant: aMerchant(),
        merchantAmount: null,
        metadata: {},
      },
      refund_card: {
        kind: "refund_card",
        id: newId(),
        cardId,
        amount: 1,
        merchant: aMerchant(),
        reference: null,
        metadata: {},
      },
      increment: { kind: "increment", id: newId(), authorizationId, amount: 1, metadata: {} },
      capture: {
        kind: "capture",
        id: newId(),
        authorizationId,
        amount: null,
        final: true,
        tolerances: [],
        metadata: {},
      },
      reverse: { kind: "reverse", id: newId(), authorizationId, amount: null, metadata: {} },
      expire: { kind: "expire", authorizationId },
      refund: {
        kind: "refund",
        id: newId(),
        authorizationId,
        amount: 1,
        reference: null,
        metadata: {},
      },
    };
    for (const command of Object.values(commands)) {
      const state = { wallet: closed, card, counterparty: other };
      expect([command.kind, codeOf(decide(state, command, later))]).toEqual([
        command.kind,
        "not_found",
      ]);
    }
  });

  test("terminates and deletes its cards, and leaves those that were deleted before as they were", () => {
    const wallet = aWallet({ available: 0n });
    const [event] = eventsOf(
      decide({ wallet }, { kind: "delete_wallet", walletId: wallet.id }, later),
    );
    const deleted = { ...at([event], 0), at: later } as Parameters<typeof applyToCard>[1];
    const live = aCard(wallet);
    expect(applyToCard(live, deleted)).toEqual({
      ...live,
      status: "terminated",
      deletedAt: later,
      updatedAt: later,
    });
    const gone = aCard(wallet, { status: "terminated", deletedAt: noon });
    expect(applyToCard(gone, deleted)).toEqual(gone);
  });
});

describe("closing a wallet", () => {
  const balancesOf = ({ available, held, receivable }: Wallet) => [available, held, receivable];

  test("at zero ends it and terminates its cards, deleted by none of it", () => {
    const life = new Life({ wallet: { available: 0n } });
    const gone = aCard(life.wallet, { status: "terminated", deletedAt: noon });
    const { wallet } = life.causes("wallet.closed", closing(life.wallet));
    expect(wallet.status).toBe("closed");
    expect(life.wallet).toMatchObject({ status: "closed", deletedAt: null });
    expect(life.card).toMatchObject({ status: "terminated", deletedAt: null });
    const event = { walletId: wallet.id, type: "wallet.closed", data: { wallet }, at: later };
    expect(applyToCard(gone, event as Parameters<typeof applyToCard>[1])).toEqual(gone);
  });

  test("is final: nothing but deleting it is done any more", () => {
    const life = new Life({ wallet: { available: 0n } });
    const payment = { id: newId() };
    life.does(closing(life.wallet));
    const { wallet } = life;
    const walletId = wallet.id;
    for (const command of [
      closing(wallet),
      depositing(wallet, 1),
      transferring(wallet, life.another(), 1),
      updatingCard(life.card, {}),
      authorizing(life.card, 1),
      forcing(life.card, 1),
      refundingCard(life.card, 1),
      capturing(payment, 1),
      { kind: "unfreeze_wallet", walletId } as const,
      { kind: "update_wallet", walletId, smallestLimit: 0 } as const,
      creatingCard(wallet),
    ]) {
      expect([command.kind, life.refuses(command)]).toEqual([command.kind, "wallet_closed"]);
    }
    life.does({ kind: "delete_wallet", walletId });
    expect(life.wallet).toMatchObject({ status: "closed", deletedAt: life.now });
    expect(life.refuses(closing(wallet))).toBe("not_found");
  });

  test("with money in it and nowhere to sweep it is refused", () => {
    const life = new Life({ wallet: { available: 1n } });
    expect(life.refuses(closing(life.wallet))).toBe("wallet_not_empty");
  });

  test("sweeps all that is available into the other wallet and answers with the closing", () => {
    const life = new Life({ wallet: { available: 70n } });
    const receiver = life.another({ available: 0n, receivable: 30n });
    const command = closing(life.wallet, receiver);
    const decision = life.decide(command);
    expect(decision).toMatchObject({ ok: true, answer: { type: "wallet.closed" } });
    const events = life.does(command);
    expect(events.map(({ type, walletId }) => [type, walletId])).toEqual([
      ["transfer.sent", life.wallet.id],
      ["transfer.received", receiver.id],
      ["wallet.closed", life.wallet.id],
    ]);
    expect(events[0]?.data).toMatchObject({
      transfer: { id: command.id, amount: 70, fromWalletId: life.wallet.id },
    });
    // What the answer shows is the wallet as it is then.
    expect(events[2]?.data).toMatchObject({ wallet: { available: 0, status: "closed" } });
    expect(balancesOf(life.wallet)).toEqual([0n, 0n, 0n]);
    expect(balancesOf(life.walletOf(receiver))).toEqual([40n, 0n, 0n]);
  });

  test("needs no receiver that is fit where there is nothing to sweep", () => {
    const life = new Life({ wallet: { available: 0n } });
    const receiver = life.another({ status: "closed", available: 0n });
    expect(life.does(closing(life.wallet, receiver)).map(({ type }) => type)).toEqual([
      "wallet.closed",
    ]);
  });

  test.each<[string, Partial<Wallet>, Partial<Wallet>, string]>([
    ["a debt", { receivable: 1n }, {}, "wallet_not_empty"],
    ["a hold", { held: 1n }, {}, "wallet_not_empty"],
    ["a debt, with nothing available", { available: 0n, receivable: 1n }, {}, "wallet_not_empty"],
    ["a receiver that is closed", {}, { status: "closed" }, "wallet_closed"],
    ["a receiver that is deleted", {}, { status: "closed", deletedAt: noon }, "not_found"],
    ["a receiver in another currency", {}, { currency: "USD" }, "currency_mismatch"],
    ["a receiver that is full", {}, { available: maxAmount }, "balance_too_large"],
    ["its being frozen: nothing leaves it", { status: "frozen" }, {}, "wallet_frozen"],
  ])("is refused by %s, and nothing is swept", (_, own, other, code) => {
    const wallet = aWallet({ available: 5n, ...own });
    const counterparty = aWallet(other);
    const decision = decide({ wallet, counterparty }, closing(wallet, counterparty), later);
    expect(codeOf(decision)).toBe(code);
  });

  test("is possible while frozen if it is empty", () => {
    const life = new Life({ wallet: { available: 0n, status: "frozen" } });
    life.does(closing(life.wallet));
    expect(life.wallet.status).toBe("closed");
  });

  test("names everything that stands in the way", () => {
    const wallet = aWallet({ available: 1n, held: 2n, receivable: 3n });
    const decision = decide({ wallet }, closing(wallet), later);
    expect(decision).toMatchObject({
      refusal: { errors: [{ detail: `wallet ${wallet.id} still has money available` }, {}, {}] },
    });
  });
});

describe("event time", () => {
  test("never goes back behind any wallet of the command", () => {
    const wallet = aWallet({ updatedAt: noon });
    const counterparty = aWallet({ updatedAt: noon + 7 });
    expect(eventTime({ wallet }, noon + 3)).toBe(noon + 3);
    expect(eventTime({ wallet }, noon - 3)).toBe(noon);
    expect(eventTime({ wallet, counterparty }, noon + 3)).toBe(noon + 7);
  });
});

test("deciding without what the command names is a bug, not a refusal", () => {
  const wallet = aWallet();
  expect(() => decide({ wallet }, authorizing(aCard(wallet), 1), noon)).toThrow("card");
  expect(() => decide({ wallet }, transferring(wallet, aWallet(), 1), noon)).toThrow(
    "counterparty",
  );
});
