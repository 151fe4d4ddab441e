import type { Merchant } from "../../src/domain/wallets/model/authorization.ts";
import type { Command } from "../../src/domain/wallets/model/command.ts";
import { noControls } from "../../src/domain/wallets/model/controls.ts";
import type { DraftEvent } from "../../src/domain/wallets/model/event.ts";
import { noLimits } from "../../src/domain/wallets/rules/limits.ts";
import { World } from "./world.ts";

/** One act of the story, in words, and all that it caused. */
export interface Act {
  readonly words: string;
  readonly events: readonly DraftEvent[];
}

const merchant: Merchant = { id: "m-1", name: "Harbour Inn", category: "5812", country: "DE" };
const tolerances = [{ categories: ["5812"], percent: 20, amount: 0 }];
const metadata = {};
const common = { controls: noControls, limits: noLimits, smallestLimit: 0, metadata };
const moved = { reference: null, effectiveAt: null, corrects: null, metadata };

const opens = (walletId: string, lowBalanceThreshold: number | null): Command => ({
  kind: "open_wallet",
  walletId,
  teamId: "team",
  userId: null,
  name: walletId,
  currency: "EUR",
  timezone: "Europe/Berlin",
  lowBalanceThreshold,
  ...common,
});

const number = { issued: true, last4: "4242", expMonth: 12, expYear: 2030 };

const addsCard = (cardId: string): Command => ({
  kind: "create_card",
  walletId: "wallet",
  cardId,
  cardholderId: null,
  name: null,
  type: "standard",
  ...number,
  ...common,
});

const pays = (id: string, amount: number, expiresInSeconds = 604_800): Command => ({
  kind: "authorize",
  id,
  cardId: "card",
  amount,
  currency: null,
  merchant,
  merchantAmount: null,
  partialApproval: false,
  expiresInSeconds,
  mustApprove: false,
  metadata,
});

const of = (authorizationId: string) => ({ id: "act", authorizationId, metadata });

const captures = (id: string, amount: number | null, final = true): Command => ({
  kind: "capture",
  ...of(id),
  amount,
  final,
  tolerances,
});

const deposits = (amount: number, walletId = "wallet"): Command => ({
  kind: "deposit",
  id: "movement",
  walletId,
  amount,
  ...moved,
});

/** Every act that books, in the life of one wallet; amounts are minor units. */
export const story = (): readonly Act[] => {
  const world = new World();
  const silent = (...commands: readonly Command[]) => {
    for (const command of commands) world.run(command);
  };
  const act = (words: string, command: Command): Act => ({ words, events: world.run(command) });
  silent(opens("wallet", null), opens("other wallet", null), addsCard("card"));
  const untilLater = [
    act("deposit 1000", deposits(1_000)),
    act("withdrawal 100", {
      kind: "withdraw",
      id: "movement",
      walletId: "wallet",
      amount: 100,
      ...moved,
    }),
    act("transfer 200 to another wallet", {
      kind: "transfer",
      id: "movement",
      walletId: "wallet",
      toWalletId: "other wallet",
      amount: 200,
      ...moved,
    }),
    act("authorization 300, approved", pays("dinner", 300)),
    act("authorization 5000, declined", pays("yacht", 5_000)),
    act("increment 50", { kind: "increment", ...of("dinner"), amount: 50 }),
    act("capture 100, not final", captures("dinner", 100, false)),
    act("reversal 50", { kind: "reverse", ...of("dinner"), amount: 50 }),
    act("capture 240, final, 40 over the hold", captures("dinner", 240)),
    act("refund 60 of that payment", {
      kind: "refund",
      ...of("dinner"),
      amount: 60,
      reference: null,
    }),
    act("authorization 80", pays("stay", 80, 60)),
    act("authorization 30", pays("coffee", 30)),
    act("capture 10 of the 30, final", captures("coffee", 10)),
  ];
  world.now += 61_000;
  return [
    ...untilLater,
    act("the 80 expire", { kind: "expire", authorizationId: "stay" }),
    act("late capture 80", captures("stay", null)),
    act("forced capture 500", {
      kind: "force_capture",
      id: "forced",
      captureId: "act",
      cardId: "card",
      amount: 500,
      merchant,
      merchantAmount: null,
      metadata,
    }),
    act("deposit 200 while money is owed", deposits(200)),
    act("refund 20 that names no payment", {
      kind: "refund_card",
      id: "act",
      cardId: "card",
      amount: 20,
      merchant,
      reference: null,
      metadata,
    }),
    act("close, and leave the rest to another wallet", {
      kind: "close_wallet",
      walletId: "wallet",
      id: "movement",
      toWalletId: "other wallet",
    }),
  ];
};

/** What happens beside money, so that every type of event is in the examples. */
export const events = (): readonly DraftEvent[] => {
  const world = new World();
  const commands: readonly Command[] = [
    opens("wallet", 500),
    { kind: "update_wallet", walletId: "wallet", smallestLimit: 0, name: "Fuel" },
    { kind: "freeze_wallet", walletId: "wallet" },
    { kind: "unfreeze_wallet", walletId: "wallet" },
    addsCard("card"),
    addsCard("spare"),
    { kind: "update_card", cardId: "card", smallestLimit: 0, name: "Ada" },
    { kind: "freeze_card", cardId: "card" },
    { kind: "unfreeze_card", cardId: "card" },
    { kind: "replace_card", cardId: "spare", newCardId: "new", reason: "lost", ...number },
    { kind: "terminate_card", cardId: "new" },
    { kind: "delete_card", cardId: "new" },
    deposits(600),
    pays("small", 200),
    { kind: "increment", ...of("small"), amount: 5_000 },
    { kind: "reverse", ...of("small"), amount: null },
    { kind: "withdraw", id: "movement", walletId: "wallet", amount: 600, ...moved },
    { kind: "delete_wallet", walletId: "wallet" },
  ];
  return [
    ...commands.flatMap((command) => world.run(command)),
    ...story().flatMap((act) => act.events),
  ];
};
