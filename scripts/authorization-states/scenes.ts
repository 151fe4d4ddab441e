import type { Merchant } from "../../src/domain/wallets/model/authorization.ts";
import { noControls } from "../../src/domain/wallets/model/controls.ts";
import { apply, createdCard, openedWallet } from "../../src/domain/wallets/rules/apply.ts";
import { decide, type StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { Decision, State } from "../../src/domain/wallets/rules/decision.ts";
import { noLimits } from "../../src/domain/wallets/rules/limits.ts";
import { openWallet } from "../../src/domain/wallets/rules/wallet-lifecycle.ts";

/** Commands that name an authorization; a new one is missing here until it is described. */
export type PaymentCommand = Extract<StateCommand, { readonly authorizationId: string }>;

/** A wallet, its card and a payment at a moment. */
export interface Scene {
  readonly state: State;
  readonly now: number;
}

const start = Date.UTC(2026, 10, 2, 12);
const day = 86_400_000;
const shared = { metadata: {} } as const;
const ids = {
  organizationId: "organization",
  walletId: "wallet",
  cardId: "card",
  authorizationId: "authorization",
} as const;

/** Another payment of the card. */
const other = "other";

/** A restaurant, so that there is a tolerance; and the tolerance. */
const merchant: Merchant = { id: "m-1", name: null, category: "5812", country: "DE" };
const tolerances = [{ categories: ["5812"], percent: 20, amount: 0 }];

/** What a payment command asks in this document; amounts are of a payment of 100. */
export const commands = {
  increment: (amount: number) => ({ kind: "increment", id: "i", ...payment, amount, ...shared }),
  capture: (amount: number | null, final: boolean) => ({
    kind: "capture",
    id: "c",
    ...payment,
    amount,
    final,
    tolerances,
    ...shared,
  }),
  reverse: (amount: number | null) => ({ kind: "reverse", id: "r", ...payment, amount, ...shared }),
  expire: () => ({ kind: "expire", ...payment }),
  refund: (amount: number) => ({
    kind: "refund",
    id: "f",
    ...payment,
    amount,
    reference: null,
    ...shared,
  }),
} as const satisfies {
  readonly [Kind in PaymentCommand["kind"]]: (
    ...args: never[]
  ) => Extract<PaymentCommand, { readonly kind: Kind }>;
};

const payment = { authorizationId: ids.authorizationId } as const;

/** Decides a command on a scene, as a lane would. */
export const decideOn = ({ state, now }: Scene, command: StateCommand): Decision =>
  decide(state, command, now);

/** The scene after a command; a refusal is a mistake in this document. */
export const after = (scene: Scene, command: StateCommand): Scene => {
  const decision = decideOn(scene, command);
  if (!decision.ok) throw new Error(`${command.kind}: ${decision.refusal.code}`);
  const state = decision.events.reduce<State>((before, draft) => {
    const event = { ...draft, at: scene.now, sequence: before.wallet.version + 1 };
    const next = apply(before, event);
    if (event.type === "card.created") {
      return { ...next, card: createdCard(ids.organizationId, event.data.card, scene.now) };
    }
    const others = "authorization" in event.data && event.data.authorization.id === other;
    return others && before.authorization ? { ...next, authorization: before.authorization } : next;
  }, scene.state);
  return { ...scene, state };
};

/** A wallet with 500 available and a card. */
const funded = (): Scene => {
  const opening = openWallet(
    {
      kind: "open_wallet",
      walletId: ids.walletId,
      teamId: null,
      userId: "user",
      name: "Travel",
      currency: "EUR",
      timezone: "UTC",
      limits: noLimits,
      smallestLimit: 0,
      controls: noControls,
      lowBalanceThreshold: null,
      ...shared,
    },
    start,
  );
  if (!opening.ok || opening.answer.type !== "wallet.created") throw new Error("no wallet");
  const wallet = openedWallet(ids.organizationId, opening.answer.data, start);
  return [
    {
      kind: "create_card",
      walletId: ids.walletId,
      cardId: ids.cardId,
      cardholderId: null,
      name: null,
      type: "standard",
      issued: true,
      last4: "4242",
      expMonth: 12,
      expYear: 2030,
      limits: noLimits,
      smallestLimit: 0,
      controls: noControls,
      ...shared,
    } as const,
    deposit(500),
  ].reduce<Scene>(after, { state: { wallet }, now: start });
};

const deposit = (amount: number) =>
  ({
    kind: "deposit",
    id: "d",
    walletId: ids.walletId,
    amount,
    reference: null,
    effectiveAt: null,
    corrects: null,
    ...shared,
  }) as const;

const authorize = (amount: number) =>
  ({
    kind: "authorize",
    id: ids.authorizationId,
    cardId: ids.cardId,
    amount,
    currency: null,
    merchant,
    merchantAmount: null,
    partialApproval: false,
    expiresInSeconds: 604_800,
    mustApprove: false,
    ...shared,
  }) as const;

const force = (amount: number, id: string = ids.authorizationId) =>
  ({
    kind: "force_capture",
    id,
    captureId: "c",
    cardId: ids.cardId,
    amount,
    merchant,
    merchantAmount: null,
    ...shared,
  }) as const;

const life = (...steps: readonly StateCommand[]): Scene => steps.reduce(after, funded());
const overdue = (scene: Scene): Scene => ({ ...scene, now: start + 7 * day });

const { capture, expire, refund, reverse } = commands;
const partlyCaptured = () => life(authorize(100), capture(40, false));

/** Every state that tells commands apart, by the words of the document. */
export const states: { readonly [name: string]: () => Scene } = {
  declined: () => life(authorize(501)),
  open: () => life(authorize(100)),
  "open, 40 captured": partlyCaptured,
  "open, 40 reversed": () => life(authorize(100), reverse(40)),
  "open, 40 captured and refunded": () => after(partlyCaptured(), refund(40)),
  "open, its time is over": () => overdue(life(authorize(100))),
  "closed: captured": () => life(authorize(100), capture(null, true)),
  "closed: 40 captured, the rest released": () => life(authorize(100), capture(40, true)),
  "closed: 40 captured, the rest reversed": () => after(partlyCaptured(), reverse(null)),
  "closed: captured and refunded": () => life(authorize(100), capture(null, true), refund(100)),
  "closed: a card check": () => life(authorize(0)),
  "closed: a forced capture": () => life(force(100)),
  reversed: () => life(authorize(100), reverse(null)),
  expired: () => after(overdue(life(authorize(100))), expire()),
  "expired, 40 captured": () => after(overdue(partlyCaptured()), expire()),
};

/** What may have become of the wallet and the card of an open payment meanwhile. */
export const circumstances: { readonly [name: string]: () => Scene } = {
  "the card is frozen": () => life(authorize(100), { kind: "freeze_card", cardId: ids.cardId }),
  "the card is terminated": () =>
    life(authorize(100), { kind: "terminate_card", cardId: ids.cardId }),
  "the card is deleted": () => life(authorize(100), { kind: "delete_card", cardId: ids.cardId }),
  "the wallet is frozen": () =>
    life(authorize(100), { kind: "freeze_wallet", walletId: ids.walletId }),
  "the wallet has nothing available": () => life(authorize(100), force(400, other)),
  "the wallet owes 50": () => life(authorize(100), force(450, other)),
};
