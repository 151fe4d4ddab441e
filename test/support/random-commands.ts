import fc from "fast-check";
import type { Authorization } from "../../src/domain/wallets/model/authorization.ts";
import { cardTypes } from "../../src/domain/wallets/model/card.ts";
import type { CaptureTolerance } from "../../src/domain/wallets/model/command.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import { type LimitsPatch, noLimits, patchLimits } from "../../src/domain/wallets/rules/limits.ts";
import type { Beginning, TwoWorlds } from "./two-worlds.ts";
import {
  aMerchant,
  at,
  authorizing,
  capturing,
  closing,
  creatingCard,
  depositing,
  expiring,
  forcing,
  incrementing,
  refunding,
  refundingCard,
  replacingCard,
  reversing,
  transferring,
  updatingCard,
  withdrawing,
} from "./wallet-states.ts";

/** Commands of every kind, made for the world as it is when their turn comes. */
export type Step = (world: TwoWorlds, pick: number) => StateCommand;

const zone = fc.constantFrom(
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Pacific/Apia",
);

const cardType = fc.constantFrom("standard", "standard", "standard", ...cardTypes);

export const beginning: fc.Arbitrary<Beginning> = fc.record({
  start: fc.constantFrom(
    ...["2026-03-20", "2026-10-20", "2026-12-24", "2028-02-20"].map((day) =>
      Date.parse(`${day}T12:00Z`),
    ),
  ),
  zones: fc.tuple(zone, zone),
  currencies: fc.constantFrom(["EUR", "EUR"], ["EUR", "EUR"], ["EUR", "USD"]),
  types: fc.tuple(cardType, cardType, cardType),
  owes: fc.constantFrom(0, 0, 0, 700),
});

const huge = fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 4_000);
const amount = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 1_500 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1_500, max: 8_000 }) },
  { weight: 1, arbitrary: huge },
);
/** What cannot be refused: too much of it, and the wallet never recovers. */
const smallAmount = fc.oneof(
  { weight: 60, arbitrary: fc.integer({ min: 1, max: 600 }) },
  { weight: 1, arbitrary: huge },
);

const limit = fc.oneof(
  fc.constant(null),
  fc.record({ amount: fc.integer({ min: 0, max: 6_000 }) }),
  fc.record({ count: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ amount: fc.integer({ min: 0, max: 6_000 }), count: fc.integer({ min: 0, max: 9 }) }),
);
const limits = fc.record(
  {
    perTransaction: fc.oneof(
      fc.constant(null),
      fc.record({ amount: fc.integer({ min: 1, max: 2_000 }) }),
    ),
    day: limit,
    week: limit,
    month: limit,
    year: limit,
    lifetime: limit,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<LimitsPatch>;

const list = (...values: string[]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.record(
        { allow: fc.subarray(values), block: fc.subarray(values) },
        { requiredKeys: [] },
      ),
    },
  );
const controls = fc.record({
  merchants: list("m-1", "m-2"),
  categories: list("5411", "7011"),
  countries: list("DE", "US"),
});
const merchant = fc
  .record({
    id: fc.constantFrom("m-1", "m-1", "m-2", null),
    category: fc.constantFrom("5411", "7011", null),
    country: fc.constantFrom("DE", "US", null),
  })
  .map((over) => aMerchant(over));

const ofWallet = (world: TwoWorlds, pick: number) => at(world.wallets, pick % 2);
const ofCard = (world: TwoWorlds, pick: number) => at(world.cards, pick % world.cards.length);

/** Mostly a payment of which something can still become. */
const ofPayment = (
  world: TwoWorlds,
  pick: number,
  wanted: (payment: Authorization) => boolean,
): Authorization | undefined => {
  const good = world.payments.filter(wanted);
  const from = pick % 6 === 0 || good.length === 0 ? world.payments : good;
  return from[pick % Math.max(1, from.length)];
};

const paying = fc
  .record({
    amount: fc.oneof({ weight: 9, arbitrary: amount }, { weight: 1, arbitrary: fc.constant(0) }),
    merchant,
    partialApproval: fc.boolean(),
    mustApprove: fc.constantFrom(false, false, false, false, true),
    currency: fc.constantFrom(null, null, null, "EUR"),
    expiresInSeconds: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 3 * 86_400 })),
  })
  .map(
    ({ amount, ...over }): Step =>
      (world, pick) =>
        authorizing(ofCard(world, pick), amount, over),
  );

const tolerances = fc.constantFrom<readonly CaptureTolerance[]>(
  [],
  [
    { categories: ["5411", "5812"], percent: 20, amount: 0 },
    { categories: ["7011"], percent: 5, amount: 50 },
  ],
);

/** An amount that stands to another as amounts of captures, reversals and refunds often do. */
const part = fc.record({
  share: fc.constantFrom(30, 50, 80, 100, 100, 101, 105, 120, 121),
  more: fc.constantFrom(0, 0, 0, 1),
});
const partOf = (whole: bigint, { share, more }: { share: number; more: number }): number =>
  Math.min(Number.MAX_SAFE_INTEGER, Math.max(1, Number((whole * BigInt(share)) / 100n) + more));

const open = ({ status }: Authorization) => status === "open";
const capturable = ({ status }: Authorization) => status === "open" || status === "expired";
const captured = (payment: Authorization) => payment.captured > payment.refunded;

/** More of a payment's life; a new payment where there is none yet. */
const living = fc
  .record({ amount: smallAmount, part, all: fc.boolean(), final: fc.boolean(), tolerances })
  .chain(({ amount, part, all, final, tolerances }) => {
    const on = (
      wanted: (payment: Authorization) => boolean,
      make: (payment: Authorization, world: TwoWorlds) => StateCommand,
    ): Step => {
      return (world, pick) => {
        const payment = ofPayment(world, pick, wanted);
        return payment ? make(payment, world) : authorizing(ofCard(world, pick), 100);
      };
    };
    const capture = on(capturable, (payment) => {
      const whole = payment.held > 0n ? payment.held : payment.amount;
      return capturing(payment, all ? null : partOf(whole, part), { final, tolerances });
    });
    const reversal = on(open, (payment) =>
      reversing(payment, all ? null : partOf(payment.held, part)),
    );
    const expiry = on(
      (payment) => open(payment) && payment.held > 0n,
      (payment) => expiring(payment),
    );
    const overdue: Step = (world, pick) => {
      const due = world.payments.find(
        ({ expiresAt }) => expiresAt !== null && expiresAt <= world.clock,
      );
      return due ? expiring(due) : expiry(world, pick);
    };
    const refund = on(captured, (payment) =>
      refunding(payment, partOf(payment.captured - payment.refunded, part)),
    );
    const increase = on(open, (payment) => incrementing(payment, amount));
    return fc.constantFrom<Step>(
      capture,
      capture,
      capture,
      reversal,
      overdue,
      overdue,
      refund,
      increase,
      increase,
    );
  });

const presenting = fc.record({ amount: smallAmount, merchant }).chain(({ amount, merchant }) =>
  fc.constantFrom<Step>(
    (world, pick) => forcing(ofCard(world, pick), amount, { merchant }),
    (world, pick) => refundingCard(ofCard(world, pick), amount, { merchant }),
  ),
);

const moving = fc
  .record({
    way: fc.constantFrom("in", "in", "in", "out", "across"),
    amount,
    all: fc.boolean(),
    effective: fc.constantFrom(null, null, null, -86_400_000, 1),
  })
  .map(({ way, amount, all, effective }): Step => {
    return (world, pick) => {
      const wallet = ofWallet(world, pick);
      const newest = Math.max(world.clock, ...world.wallets.map(({ updatedAt }) => updatedAt));
      const effectiveAt = effective === null ? null : new Date(newest + effective).toISOString();
      if (way === "in") return { ...depositing(wallet, amount), effectiveAt };
      const most = all && wallet.available > 0n ? Number(wallet.available) : amount;
      const command =
        way === "out"
          ? withdrawing(wallet, most)
          : transferring(wallet, ofWallet(world, pick + 1), most);
      return { ...command, effectiveAt };
    };
  });

const settings = fc
  .record({
    limits,
    controls,
    timezone: zone,
    type: cardType,
    small: fc.constantFrom(0, 0, 100),
    lowBalanceThreshold: fc.constantFrom(null, 0, 500, 2_000),
  })
  .chain(({ small, timezone, type, lowBalanceThreshold, ...over }) => {
    const smallestLimit = small;
    const update = (world: TwoWorlds, pick: number) =>
      ({ kind: "update_wallet", walletId: ofWallet(world, pick).id, smallestLimit }) as const;
    return fc.constantFrom<Step>(
      (world, pick) => updatingCard(ofCard(world, pick), { ...over, smallestLimit }),
      (world, pick) => ({ ...update(world, pick), ...over }),
      (world, pick) => ({ ...update(world, pick), timezone }),
      (world, pick) => ({ ...update(world, pick), lowBalanceThreshold }),
      // As those were who found their limits too tight.
      (world, pick) => ({ ...update(world, pick), limits: noLimits }),
      (world, pick) => updatingCard(ofCard(world, pick), { limits: noLimits }),
      (world, pick) =>
        creatingCard(ofWallet(world, pick), {
          type,
          limits: patchLimits(noLimits, over.limits),
          controls: over.controls,
          smallestLimit,
          expYear: 2026 + (pick % 3),
          expMonth: 1 + (pick % 12),
        }),
      (world, pick) =>
        replacingCard(ofCard(world, pick), {
          expYear: 2026 + (pick % 3),
          expMonth: 1 + (pick % 12),
        }),
    );
  });

const status = fc.constantFrom<Step>(
  (world, pick) => ({ kind: "freeze_wallet", walletId: ofWallet(world, pick).id }),
  (world, pick) => ({ kind: "unfreeze_wallet", walletId: ofWallet(world, pick).id }),
  (world, pick) => ({ kind: "unfreeze_wallet", walletId: ofWallet(world, pick).id }),
  (world, pick) => ({ kind: "freeze_card", cardId: ofCard(world, pick).id }),
  (world, pick) => ({ kind: "unfreeze_card", cardId: ofCard(world, pick).id }),
  (world, pick) => ({ kind: "unfreeze_card", cardId: ofCard(world, pick).id }),
);

const endingCard = fc.constantFrom<Step>(
  (world, pick) => ({ kind: "terminate_card", cardId: ofCard(world, pick).id }),
  (world, pick) => ({ kind: "delete_card", cardId: ofCard(world, pick).id }),
);

/** Wallets end late, lest most commands find them closed; what holds or fills one goes first. */
const endingWallet = fc.constantFrom("delete", "close", "sweep").map((how): Step => {
  return (world, pick) => {
    const wallet = ofWallet(world, pick);
    if (world.steps < 36) return { kind: "unfreeze_wallet", walletId: wallet.id };
    const holding = world.payments.find(
      (payment) => payment.walletId === wallet.id && payment.held > 0n,
    );
    if (holding && pick % 5 > 0) return reversing(holding);
    if (how === "sweep") return closing(wallet, ofWallet(world, pick + 1));
    if (wallet.available > 0n && wallet.held === 0n && pick % 3 > 0) {
      return withdrawing(wallet, Number(wallet.available));
    }
    return how === "close" ? closing(wallet) : { kind: "delete_wallet", walletId: wallet.id };
  };
});

export const step = fc.record({
  make: fc.oneof(
    { weight: 20, arbitrary: paying },
    { weight: 24, arbitrary: living },
    { weight: 2, arbitrary: presenting },
    { weight: 12, arbitrary: moving },
    { weight: 5, arbitrary: settings },
    { weight: 4, arbitrary: status },
    { weight: 1, arbitrary: endingCard },
    { weight: 3, arbitrary: endingWallet },
  ),
  pick: fc.nat(1_000),
  /** Clocks of lanes differ: it may also go back. */
  passed: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 3_600_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 2 * 86_400_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: -2_000, max: 0 }) },
  ),
});
