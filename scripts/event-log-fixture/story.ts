import type { Authorize } from "../../src/domain/wallets/model/command.ts";
import { noControls } from "../../src/domain/wallets/model/controls.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import { noLimits } from "../../src/domain/wallets/rules/limits.ts";
import { History } from "./history.ts";

const hour = 3_600_000;
const day = 24 * hour;
const metadata = { note: 'Käse, 茶 & "quotes"\n☕' };
const plain = { metadata: {}, effectiveAt: null, corrects: null, reference: null } as const;
const restaurant = { id: "m-1", name: "Zum Löwen", category: "5812", country: "DE" };
const hotel = { id: "m-2", name: null, category: "7011", country: "FR" };
const nobody = { id: null, name: null, category: null, country: null };
const tolerances = [{ categories: ["5812"], percent: 20, amount: 0 }];

/** A wallet to which everything happens that can, across the end of summer time, and another. */
export const story = (): History => {
  const history = new History(Date.parse("2026-10-23T09:30:00.250Z"));
  const id = () => history.id();
  const run = (command: StateCommand, after?: number) => history.do(command, after);
  const open = (name: string, userId: string | null, teamId: string | null) =>
    history.open({
      kind: "open_wallet",
      walletId: id(),
      teamId,
      userId,
      name,
      currency: "EUR",
      timezone: "Europe/Berlin",
      limits: { ...noLimits, day: { amount: 500_000 }, month: { amount: 500_000, count: 100 } },
      smallestLimit: 10_000,
      controls: noControls,
      metadata,
      lowBalanceThreshold: null,
    }).id;
  const walletId = open("Travel", null, id());
  const otherId = open("Reserve", id(), null);

  run({
    kind: "update_wallet",
    walletId,
    smallestLimit: 10_000,
    name: "Travel and food",
    limits: { week: { amount: 400_000, count: 50 }, lifetime: { amount: 9_000_000 } },
    controls: { countries: { block: ["KP"] } },
    lowBalanceThreshold: 3_000,
  });
  run({ kind: "freeze_wallet", walletId });
  run({ kind: "unfreeze_wallet", walletId });

  const card = (type: "standard" | "single_use" | "merchant_locked"): string => {
    const cardId = id();
    run({
      kind: "create_card",
      walletId,
      cardId,
      cardholderId: null,
      name: type,
      type,
      issued: true,
      last4: "4242",
      expMonth: 10,
      expYear: 2028,
      limits: { ...noLimits, perTransaction: { amount: 20_000 }, year: { amount: 2_000_000 } },
      smallestLimit: 10_000,
      controls: { ...noControls, merchants: { block: ["m-9"] } },
      metadata: {},
    });
    return cardId;
  };
  const cardId = card("standard");
  const once = card("single_use");
  const locked = card("merchant_locked");
  run({
    kind: "update_card",
    cardId,
    smallestLimit: 10_000,
    name: "Ada",
    limits: { day: { count: 9 } },
  });
  run({ kind: "freeze_card", cardId });
  run({ kind: "unfreeze_card", cardId });

  const money = { id: id(), ...plain };
  run({ kind: "deposit", ...money, walletId, amount: 30_000, reference: "payroll", metadata });
  run({ kind: "deposit", ...plain, id: id(), walletId: otherId, amount: 5_000 });
  const effectiveAt = new Date(history.now - day).toISOString();
  run({
    kind: "withdraw",
    ...plain,
    id: id(),
    walletId,
    amount: 500,
    effectiveAt,
    corrects: money.id,
  });
  run({ kind: "transfer", ...plain, id: id(), walletId, toWalletId: otherId, amount: 700 });
  run({
    kind: "transfer",
    ...plain,
    id: id(),
    walletId: otherId,
    toWalletId: walletId,
    amount: 300,
  });

  const pay = (of: string, amount: number, over: Partial<Authorize> = {}): string => {
    const paymentId = id();
    run({
      kind: "authorize",
      id: paymentId,
      cardId: of,
      amount,
      currency: null,
      merchant: restaurant,
      merchantAmount: null,
      partialApproval: false,
      expiresInSeconds: 604_800,
      mustApprove: false,
      metadata: {},
      ...over,
    });
    return paymentId;
  };
  const act = (authorizationId: string, amount: number) =>
    ({ id: id(), authorizationId, amount, metadata: {} }) as const;
  const capture = (paymentId: string, amount: number, final: boolean) =>
    run({ kind: "capture", ...act(paymentId, amount), final, tolerances });

  const dinner = pay(cardId, 3_000, { metadata, currency: "EUR" });
  pay(cardId, 99_000, { merchant: { ...restaurant, id: "m-9" } });
  pay(cardId, 0, { merchant: nobody });
  run({ kind: "increment", ...act(dinner, 500) });
  run({ kind: "increment", ...act(dinner, 90_000) });
  capture(dinner, 1_000, false);
  run({ kind: "refund", ...act(dinner, 400), reference: "broken plate" });
  run({ kind: "increment", ...act(dinner, 250) }, 2 * day);
  capture(dinner, 3_400, true);

  const stay = pay(cardId, 15_000, {
    merchant: hotel,
    merchantAmount: { amount: 16_200, currency: "USD" },
    expiresInSeconds: null,
  });
  run({ kind: "reverse", ...act(stay, 5_000) }, 9 * hour);
  run({ kind: "reverse", id: id(), authorizationId: stay, amount: null, metadata: {} });
  pay(once, 200);
  pay(locked, 300, { merchant: hotel });
  pay(locked, 300);
  const late = pay(cardId, 18_000, { expiresInSeconds: 3_600, merchant: hotel });
  // More than is left: only a part is approved, and the balance falls below the threshold.
  const partial = pay(cardId, 19_999, { partialApproval: true });
  run({ kind: "expire", authorizationId: late }, hour);
  run({
    kind: "force_capture",
    id: id(),
    captureId: id(),
    cardId,
    amount: 16_000,
    merchant: hotel,
    merchantAmount: null,
    metadata: {},
  });
  capture(late, 9_000, false);
  pay(cardId, 1);
  capture(partial, 100, true);
  run({ kind: "deposit", ...plain, id: id(), walletId, amount: 20_000 });
  capture(late, 9_000, false);
  run({
    kind: "refund_card",
    id: id(),
    cardId: locked,
    amount: 150,
    merchant: restaurant,
    reference: null,
    metadata: {},
  });

  run({
    kind: "replace_card",
    cardId,
    newCardId: id(),
    reason: "stolen",
    issued: false,
    last4: "1881",
    expMonth: 2,
    expYear: 2031,
  });
  const open_ = [...history.payments.values()].filter(({ held }) => held > 0n);
  for (const payment of open_) {
    run({ kind: "reverse", id: id(), authorizationId: payment.id, amount: null, metadata: {} });
  }
  run({ kind: "terminate_card", cardId: once });
  run({ kind: "delete_card", cardId: locked });
  run({ kind: "deposit", ...plain, id: id(), walletId, amount: 40_000 });
  run({ kind: "close_wallet", walletId, id: id(), toWalletId: otherId }, 30 * day);
  run({ kind: "delete_wallet", walletId });
  return history;
};
