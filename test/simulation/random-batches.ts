import type { Job } from "../../src/domain/wallets/lane/job.ts";
import type { Authorization } from "../../src/domain/wallets/model/authorization.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { CardSecret, CommitGroup } from "../../src/domain/wallets/store.ts";
import {
  aSecret,
  authorizing,
  capturing,
  closing,
  creatingCard,
  depositing,
  forcing,
  incrementing,
  item,
  refunding,
  refundingCard,
  replacingCard,
  reversing,
  transferring,
  updatingCard,
  withdrawing,
} from "../support/wallet-states.ts";
import type { ConformingStores } from "./conforming-stores.ts";
import type { Random } from "./random.ts";

interface Known {
  readonly wallets: readonly { readonly id: string }[];
  readonly cards: readonly { readonly id: string }[];
  readonly payments: readonly Authorization[];
}

/**
 * Batch after batch of whatever comes, on a few wallets: some decided on what was, some
 * with keys and numbers that are taken, some too late. Answers how often each outcome was.
 */
export const commitAtRandom = async (
  stores: ConformingStores,
  random: Random,
  batches: number,
): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  const secrets = Array.from({ length: 6 }, () => aSecret());
  const sent: Job[] = [];
  /** Decided some time ago. */
  let kept: readonly CommitGroup[] = [];
  for (let index = 0; index < 4; index++) await stores.wallet();
  for (let batch = 0; batch < batches; batch++) {
    const known = await stores.look();
    if (random.chance(0.05)) await stores.wallet();
    const jobs = Array.from({ length: random.between(1, 5) }, () => {
      const repeated = random.chance(0.1) ? sent[random.between(0, sent.length - 1)] : undefined;
      return repeated ?? jobOf(stores, commandOf(known, random), random.pick(secrets));
    });
    const [first] = jobs;
    // The same once more in one batch, which no lane sends.
    if (first && random.chance(0.08)) jobs.push({ ...first });
    const distinct = [...new Set(jobs)];
    sent.push(...distinct);
    const groups = await stores.decide(distinct, stores.now + batch);
    if (random.chance(0.15)) {
      kept = groups;
      continue;
    }
    const chosen = kept.length > 0 && random.chance(0.15) ? kept : groups;
    const deadline = random.chance(0.05) ? Date.now() - 1_000 : undefined;
    const answer = await stores.commit(chosen, deadline);
    if (answer.kind !== "answered") count(counts, answer.kind);
    else for (const outcome of answer.outcomes) count(counts, kindOf(outcome));
  }
  return counts;
};

const kindOf = (outcome: {
  verdict: string;
  stale: boolean;
  late: boolean;
  numberTaken: boolean;
  used: readonly unknown[];
}) => {
  if (outcome.verdict === "committed") return "committed";
  if (outcome.late) return "late";
  if (outcome.numberTaken) return "taken";
  if (outcome.used.length > 0) return outcome.stale ? "used and stale" : "used";
  return "stale";
};

const count = (counts: Record<string, number>, kind: string): void => {
  counts[kind] = (counts[kind] ?? 0) + 1;
};

const jobOf = (stores: ConformingStores, command: StateCommand, secret: CardSecret): Job => {
  const makesCard = command.kind === "create_card" || command.kind === "replace_card";
  return { ...stores.job(), items: [item(command, makesCard ? { secret } : {})] };
};

const commandOf = (known: Known, random: Random): StateCommand => {
  const wallet = random.pick(known.wallets);
  const card = known.cards.length > 0 ? random.pick(known.cards) : undefined;
  const payment = known.payments.length > 0 ? random.pick(known.payments.slice(-8)) : undefined;
  const amount = random.between(1, 900);
  const money: StateCommand[] = [
    depositing(wallet, amount * 2),
    depositing(wallet, amount),
    withdrawing(wallet, amount),
    transferring(wallet, random.pick(known.wallets), amount),
    creatingCard(wallet, { type: random.pick(["standard", "single_use", "merchant_locked"]) }),
    { kind: "update_wallet", walletId: wallet.id, smallestLimit: 0, name: `Wallet ${amount}` },
    { kind: random.pick(["freeze_wallet", "unfreeze_wallet"]), walletId: wallet.id },
  ];
  if (random.chance(0.02)) money.push(closing(wallet, random.pick(known.wallets)));
  if (random.chance(0.02)) money.push({ kind: "delete_wallet", walletId: wallet.id });
  const ofCard: StateCommand[] = card
    ? [
        authorizing(card, amount, { partialApproval: random.chance(0.5) }),
        authorizing(card, amount),
        authorizing(card, 0),
        forcing(card, amount),
        refundingCard(card, amount),
        replacingCard(card),
        updatingCard(card, { limits: { day: { amount: amount * 10 } } }),
        { kind: random.pick(["freeze_card", "unfreeze_card"]), cardId: card.id },
        { kind: random.chance(0.1) ? "delete_card" : "unfreeze_card", cardId: card.id },
      ]
    : [];
  const ofPayment: StateCommand[] = payment
    ? [
        capturing(payment, random.chance(0.5) ? null : amount, { final: random.chance(0.5) }),
        reversing(payment, random.chance(0.5) ? null : amount),
        incrementing(payment, amount),
        refunding(payment, amount),
      ]
    : [];
  return random.pick(
    [money, ofCard, ofPayment].filter((list) => list.length > 0).map((list) => random.pick(list)),
  );
};
