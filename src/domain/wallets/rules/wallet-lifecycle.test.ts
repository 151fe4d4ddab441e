import { describe, expect, test } from "vitest";
import {
  aCard,
  aMerchant,
  at,
  authorizing,
  aWallet,
  codeOf,
  creatingCard,
  depositing,
  eventsOf,
  newId,
  noon,
  transferring,
  updatingCard,
  withdrawing,
} from "../../../../test/support/wallet-states.ts";
import type { OpenWallet } from "../model/command.ts";
import { noControls } from "../model/controls.ts";
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
