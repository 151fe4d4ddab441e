import { expect } from "vitest";
import type { Job } from "../../src/domain/wallets/lane/job.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import type { CardSecret, CommitGroup } from "../../src/domain/wallets/store.ts";
import {
  aMerchant,
  aSecret,
  at,
  authorizing,
  capturing,
  closing,
  creatingCard,
  depositing,
  forcing,
  idIn,
  incrementing,
  item,
  newId,
  refunding,
  replacingCard,
  reversing,
  transferring,
  updatingCard,
  withdrawing,
} from "../support/wallet-states.ts";
import type { ConformingStores } from "./conforming-stores.ts";

/** What a guarded commit does, case by case; a store is one if it does the same. */
export const cases: Readonly<Record<string, (stores: ConformingStores) => Promise<void>>> = {
  "writes what was decided: wallet, card, payment, and what replaces them": async (stores) => {
    const wallet = await stores.wallet({ limits: { ...noLimitsButDay, perTransaction: null } });
    const card = creatingCard(wallet, { type: "merchant_locked", metadata: { a: "b" } });
    await stores.do(depositing(wallet, 1_000), card);
    const payment = authorizing({ id: card.cardId }, 300, { expiresInSeconds: 60 });
    await stores.do(payment);
    await stores.do(incrementing(payment, 50), capturing(payment, 200, { final: false }));
    await stores.do(reversing(payment, 20), refunding(payment, 100));
    await stores.do(forcing({ id: card.cardId }, 2_000), updatingCard({ id: card.cardId }, name));
    await stores.do({ kind: "freeze_wallet", walletId: wallet.id });
    await stores.do(replacingCard({ id: card.cardId }), depositing(wallet, 5_000));
    const { wallets, cards, payments } = await stores.look();
    expect(at(wallets, 0)).toMatchObject({
      status: "frozen",
      receivable: 0n,
      timezoneLocked: true,
    });
    expect(cards.map(({ status }) => status).sort()).toEqual(["active", "terminated"]);
    expect(payments.map(({ captured }) => captured).sort()).toEqual([200n, 2_000n]);
  },

  "accepts a mere check of a wallet that is as it was, and writes nothing": async (stores) => {
    const wallet = await stores.wallet();
    const refusal = await stores.decide([stores.job(withdrawing(wallet, 5))]);
    expect(at(refusal, 0).events).toEqual([]);
    expect(await stores.outcomes(refusal)).toMatchObject([{ verdict: "committed", stale: false }]);
    await stores.do(depositing(wallet, 1));
    expect(await stores.outcomes(refusal)).toMatchObject([{ verdict: "refused", stale: true }]);
  },

  "refuses as stale what was decided on another version": async (stores) => {
    const wallet = await stores.wallet();
    const old = await stores.decide([stores.job(depositing(wallet, 1))]);
    await stores.do(depositing(wallet, 2));
    expect(await stores.outcomes(old)).toMatchObject([
      { verdict: "refused", stale: true, late: false, numberTaken: false, used: [] },
    ]);
  },

  "refuses as stale a wallet of another organization, and one that is not there": async (
    stores,
  ) => {
    const wallet = await stores.wallet();
    const groups = await stores.decide([stores.job(depositing(wallet, 1))]);
    const stale = [{ verdict: "refused", stale: true, used: [] }];
    const foreign = withWallets(groups, (after) => ({ ...after, organizationId: newId() }));
    expect(await stores.outcomes(foreign)).toMatchObject(stale);
    const absent = withWallets(groups, (after) => ({ ...after, id: newId() }));
    expect(await stores.outcomes(absent)).toMatchObject(stale);
    expect(await stores.outcomes(groups)).toMatchObject([{ verdict: "committed" }]);
  },

  "answers used keys with their events, whoever used them and for what": async (stores) => {
    const wallet = await stores.wallet();
    const keyed = (command: StateCommand, fingerprint: string): Job => ({
      ...stores.job(),
      items: [item(command, { key: "client:one", fingerprint })],
    });
    const first = await stores.decide([keyed(depositing(wallet, 7), "a".repeat(64))]);
    await stores.outcomes(first);
    for (const job of [
      keyed(depositing(wallet, 7), "a".repeat(64)),
      keyed(depositing(wallet, 8), "b".repeat(64)),
      // A refusal's key is looked at too.
      keyed(withdrawing(wallet, 1_000), "a".repeat(64)),
    ]) {
      const outcomes = await stores.outcomes(await stores.decide([job]));
      expect(outcomes).toMatchObject([
        {
          verdict: "refused",
          stale: false,
          used: [{ sequence: 2, fingerprint: "a".repeat(64), data: { deposit: { amount: 7 } } }],
        },
      ]);
    }
    // The first one again, whose version has gone by as well.
    const again = await stores.outcomes(first);
    expect(again).toMatchObject([{ stale: true, used: [{ sequence: 2 }] }]);
  },

  "takes one key in two wallets, and never twice in one": async (stores) => {
    const [one, two] = [await stores.wallet(), await stores.wallet()];
    const keyed = (wallet: { id: string }): Job => ({
      ...stores.job(),
      items: [item(depositing(wallet, 1), { key: "client:same" })],
    });
    const both = await stores.outcomes(await stores.decide([keyed(one), keyed(two)]));
    expect(both.map(({ verdict }) => verdict)).toEqual(["committed", "committed"]);
    const three = await stores.wallet();
    const twice = await stores.decide([keyed(three), keyed(three)]);
    expect(await stores.commit(twice)).toMatchObject({ kind: "rejected", retry: "no" });
  },

  "changes nothing after its deadline, and says so": async (stores) => {
    const wallet = await stores.wallet();
    const groups = await stores.decide([stores.job(depositing(wallet, 1))]);
    const late = { verdict: "refused", stale: false, late: true, numberTaken: false, used: [] };
    expect(await stores.outcomes(groups, Date.now() - 1_000)).toMatchObject([late]);
    const check = await stores.decide([stores.job(withdrawing(wallet, 1))]);
    expect(await stores.outcomes(check, Date.now() - 1_000)).toMatchObject([late]);
    expect(await stores.outcomes(groups)).toMatchObject([{ verdict: "committed" }]);
  },

  "dates nothing more than two seconds ahead of its clock": async (stores) => {
    const wallet = await stores.wallet();
    const ahead = (ms: number) =>
      stores.decide([stores.job(depositing(wallet, 1))], Date.now() + ms);
    expect(await stores.outcomes(await ahead(9_000))).toMatchObject([{ late: true, stale: false }]);
    expect(await stores.outcomes(await ahead(500))).toMatchObject([{ verdict: "committed" }]);
    // What is only checked dates nothing.
    const check = await stores.decide([stores.job(withdrawing(wallet, 100))], Date.now() + 9_000);
    expect(await stores.outcomes(check)).toMatchObject([{ verdict: "committed" }]);
  },

  "keeps a number to one live card of an organization": async (stores) => {
    const wallet = await stores.wallet();
    const secret = aSecret();
    const making = () => numbered(stores, creatingCard(wallet), secret);
    const first = creatingCard(wallet);
    const verdict = async (job: Job) => {
      const outcome = at(await stores.outcomes(await stores.decide([job])), 0);
      return outcome.numberTaken ? "taken" : outcome.verdict;
    };
    expect(await verdict(numbered(stores, first, secret))).toBe("committed");
    expect(await verdict(making())).toBe("taken");
    expect(await verdict(numbered(stores, replacingCard({ id: first.cardId }), secret))).toBe(
      "taken",
    );
    await stores.do({ kind: "terminate_card", cardId: first.cardId });
    expect(await verdict(making())).toBe("taken");
    await stores.do({ kind: "delete_card", cardId: first.cardId });
    expect(await verdict(making())).toBe("committed");
    // A deleted wallet gives the numbers of its cards back too.
    await stores.do({ kind: "delete_wallet", walletId: wallet.id });
    const other = await stores.wallet();
    expect(await verdict(numbered(stores, creatingCard(other), secret))).toBe("committed");
  },

  "is rejected, to be repeated alone, when two of a batch bring one number": async (stores) => {
    const [one, two] = [await stores.wallet(), await stores.wallet()];
    const secret = aSecret();
    const groups = await stores.decide([
      numbered(stores, creatingCard(one), secret),
      numbered(stores, creatingCard(two), secret),
      stores.job(depositing(await stores.wallet(), 1)),
    ]);
    expect(await stores.commit(groups)).toMatchObject({ kind: "rejected", retry: "alone" });
  },

  "commits both wallets of a transfer or none": async (stores) => {
    const [one, two] = [await stores.wallet(), await stores.wallet()];
    await stores.do(depositing(one, 100));
    for (const overtaken of [one, two]) {
      const groups = await stores.decide([stores.job(transferring(one, two, 10))]);
      expect(at(groups, 0).wallets).toHaveLength(2);
      await stores.do(depositing(overtaken, 1));
      expect(await stores.outcomes(groups)).toMatchObject([{ verdict: "refused", stale: true }]);
    }
    await stores.do(transferring(one, two, 10), transferring(two, one, 3));
  },

  "judges each group of a batch by itself": async (stores) => {
    const [good, stale, used, check, sender, receiver] = await Promise.all(
      Array.from({ length: 6 }, () => stores.wallet()),
    );
    if (!good || !stale || !used || !check || !sender || !receiver) throw new Error("six wallets");
    await stores.do(depositing(sender, 50));
    const once: Job = stores.job(depositing(used, 1));
    await stores.outcomes(await stores.decide([once]));
    const secret = aSecret();
    await stores.outcomes(await stores.decide([numbered(stores, creatingCard(good), secret)]));
    const groups = await stores.decide([
      stores.job(depositing(good, 1)),
      stores.job(depositing(stale, 1)),
      once,
      stores.job(withdrawing(check, 5)),
      stores.job(transferring(sender, receiver, 5)),
      numbered(stores, creatingCard(await stores.wallet()), secret),
    ]);
    await stores.do(depositing(stale, 2));
    const outcomes = await stores.outcomes(groups);
    expect(outcomes.map(({ verdict }) => verdict)).toEqual([
      "committed",
      "refused",
      "refused",
      "committed",
      "committed",
      "refused",
    ]);
    expect(at(outcomes, 5).numberTaken).toBe(true);
  },

  "ends a closed wallet's cards: untouched, changed, terminated, deleted and new ones": async (
    stores,
  ) => {
    for (const how of ["close", "delete"] as const) {
      const wallet = await stores.wallet();
      const cards = Array.from({ length: 5 }, () => creatingCard(wallet));
      await stores.do(...cards);
      const id = (index: number) => at(cards, index).cardId;
      await stores.do(
        { kind: "terminate_card", cardId: id(3) },
        { kind: "delete_card", cardId: id(4) },
      );
      await stores.do(
        updatingCard({ id: id(1) }, name),
        authorizing({ id: id(2) }, 0),
        creatingCard(wallet),
        how === "close" ? closing(wallet) : { kind: "delete_wallet", walletId: wallet.id },
      );
      const { cards: left } = await stores.look();
      const own = left.filter(({ walletId }) => walletId === wallet.id);
      expect(own).toHaveLength(6);
      expect(own.every(({ status }) => status === "terminated")).toBe(true);
      expect(own.filter(({ deletedAt }) => deletedAt === null)).toHaveLength(
        how === "close" ? 5 : 0,
      );
    }
  },

  "sweeps a wallet that closes into another, and deletes several at once or none": async (
    stores,
  ) => {
    const [one, two, three] = [await stores.wallet(), await stores.wallet(), await stores.wallet()];
    await stores.do(depositing(one, 100));
    await stores.do(closing(one, two));
    const deletion = (...wallets: readonly { id: string }[]) =>
      stores.job(...wallets.map(({ id }) => ({ kind: "delete_wallet", walletId: id }) as const));
    const refused = await stores.decide([deletion(one, two, three)]);
    expect(at(refused, 0)).toMatchObject({ events: [] });
    expect(await stores.outcomes(refused)).toMatchObject([{ verdict: "committed" }]);
    const done = await stores.outcomes(await stores.decide([deletion(one, three)]));
    expect(done).toMatchObject([{ verdict: "committed" }]);
  },

  "stores settings only where the change says that they changed": async (stores) => {
    const wallet = await stores.wallet();
    const [group] = await stores.decide([
      stores.job({ kind: "update_wallet", walletId: wallet.id, smallestLimit: 0, name: "New" }),
    ]);
    if (!group) throw new Error("no group");
    const quiet = group.wallets.map((change) => ({ ...change, settingsChanged: false }));
    await stores.outcomes([{ ...group, wallets: quiet }]);
    expect((await stores.look()).wallets).toMatchObject([{ name: "Travel", version: 2 }]);
  },

  "is rejected whole where a value breaks a constraint": async (stores) => {
    const [one, two] = [await stores.wallet(), await stores.wallet()];
    const card = creatingCard(one);
    await stores.do(depositing(one, 100), card);
    const payment = authorizing({ id: card.cardId }, 50);
    await stores.do(payment);
    const broken = async (
      command: StateCommand,
      break_: (group: CommitGroup) => Partial<CommitGroup>,
    ) => {
      const jobs = [stores.job(command), stores.job(depositing(two, 1))];
      const [group, ...others] = await stores.decide(jobs);
      if (!group) throw new Error("no group");
      const answer = await stores.commit([{ ...group, ...break_(group) }, ...others]);
      expect(answer).toMatchObject({ kind: "rejected", retry: "no" });
    };
    await broken(depositing(one, 1), (group) =>
      balance(group, { available: 9_007_199_254_740_992n }),
    );
    await broken(depositing(one, 1), (group) => balance(group, { held: -1n }));
    await broken(capturing(payment), ({ authorizations }) => ({
      authorizations: authorizations.map((change) => ({
        ...change,
        after: { ...change.after, held: 5n },
      })),
    }));
    await broken(depositing(one, 1), (group) => balance(group, { deletedAt: stores.now }));
    const repeated = { ...depositing(one, 1), id: idIn(one) };
    await stores.do(repeated);
    await broken({ ...repeated, amount: 2 }, () => ({}));
  },

  "loads a card with its wallet, a payment with both, and nothing of another organization": async (
    stores,
  ) => {
    const wallet = await stores.wallet();
    const card = creatingCard(wallet);
    await stores.do(depositing(wallet, 100), card);
    const payment = authorizing({ id: card.cardId }, 50, { merchant: aMerchant({ id: null }) });
    await stores.do(payment);
    await stores.do(reversing(payment));
    const { organizationId } = stores;
    const own = { organizationId, id: payment.id } as const;
    const whole = await stores.look([{ kind: "authorization", ...own }]);
    expect([whole.wallets.length, whole.cards.length, whole.payments.length]).toEqual([1, 1, 1]);
    for (const refs of [
      [{ kind: "card", organizationId, id: card.cardId } as const],
      [
        { kind: "wallet", organizationId, id: wallet.id } as const,
        { kind: "wallet", organizationId: newId(), id: wallet.id } as const,
        { kind: "card", organizationId: newId(), id: card.cardId } as const,
        { kind: "authorization", organizationId, id: idIn(wallet) } as const,
      ],
      [{ kind: "authorization", ...own, organizationId: newId() } as const],
      // Nothing is what another kind of thing is called.
      [{ kind: "wallet", organizationId, id: card.cardId } as const],
      [],
    ]) {
      await stores.look(refs);
    }
  },
};

const name = { name: "A. Cardholder", metadata: { c: "d" } };

const noLimitsButDay = {
  day: { amount: 100_000, count: 9 },
  week: null,
  month: null,
  year: null,
  lifetime: null,
};

/** A job that makes a card with this number. */
const numbered = (stores: ConformingStores, command: StateCommand, secret: CardSecret): Job => ({
  ...stores.job(),
  items: [item(command, { secret })],
});

const withWallets = (
  groups: readonly CommitGroup[],
  change: (
    after: CommitGroup["wallets"][number]["after"],
  ) => CommitGroup["wallets"][number]["after"],
): CommitGroup[] =>
  groups.map((group) => ({
    ...group,
    wallets: group.wallets.map((one) => ({ ...one, after: change(one.after) })),
  }));

const balance = (
  group: CommitGroup,
  over: Partial<CommitGroup["wallets"][number]["after"]>,
): Pick<CommitGroup, "wallets"> => ({
  wallets: group.wallets.map((change) => ({
    ...change,
    settingsChanged: true,
    after: { ...change.after, ...over },
  })),
});
