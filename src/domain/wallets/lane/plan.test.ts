import { describe, expect, test } from "vitest";
import {
  aCard,
  at,
  authorizing,
  aWallet,
  creatingCard,
  depositing,
  item,
  newId,
  noon,
  transferring,
  updatingCard,
  withdrawing,
} from "../../../../test/support/wallet-states.ts";
import { sha256Hex } from "../../../runtime/sha256.ts";
import { chained, genesisHash } from "../log/chain.ts";
import type { Card } from "../model/card.ts";
import type { Wallet } from "../model/wallet.ts";
import type { StateCommand } from "../rules/decide.ts";
import type { CommitGroup } from "../store.ts";
import { WalletCache } from "./cache.ts";
import type { Job } from "./job.ts";
import { plan } from "./plan.ts";

const organizationId = newId();
const anOwn = (over: Partial<Wallet> = {}) =>
  aWallet({ organizationId, available: 1_000n, ...over });

const job = (...commands: StateCommand[]): Job => ({
  organizationId,
  requestId: newId(),
  deadline: noon + 1_000,
  items: commands.map((command) => item(command)),
});

const planned = (jobs: readonly Job[], wallets: readonly Wallet[], cards: readonly Card[] = []) => {
  const cache = new WalletCache(1_000_000, () => true);
  cache.learn(wallets, cards);
  const groups = plan(
    jobs.map((one) => ({ job: one })),
    cache,
    noon,
    sha256Hex,
  );
  const outcomes = jobs.map(
    (one) =>
      groups.flatMap(({ decisions }) => decisions).find(({ ticket }) => ticket.job === one)
        ?.outcome,
  );
  return { groups, outcomes, commits: groups.map(({ commit }) => commit) };
};

const idsOf = (commit: CommitGroup) => commit.wallets.map(({ after }) => after.id);
const walletIn = (commits: readonly CommitGroup[], id: string) =>
  at(
    commits.flatMap(({ wallets }) => wallets).filter(({ after }) => after.id === id),
    0,
  );

/** Each wallet's events follow its version without gaps and chain from its head. */
const expectChained = (commits: readonly CommitGroup[], wallets: readonly Wallet[]) => {
  for (const wallet of wallets) {
    let head = wallet.headHash;
    let version = wallet.version;
    for (const sealed of commits.flatMap(({ events }) => events)) {
      if (sealed.event.walletId !== wallet.id) continue;
      const text = chained(head, sealed.event, sealed, sealed.commandText, sealed.dataText);
      expect(sealed.event.sequence).toBe(version + 1);
      expect(sealed.hash).toBe(sha256Hex(text));
      head = sealed.hash;
      version += 1;
    }
    const change = walletIn(commits, wallet.id);
    expect(change.expectedVersion).toBe(wallet.version);
    expect([change.after.headHash, change.after.version]).toEqual([head, version]);
  }
};

describe("groups", () => {
  test("are one a wallet where nothing ties them", () => {
    const wallets = [anOwn(), anOwn(), anOwn()];
    const { commits } = planned(
      wallets.map((wallet) => job(depositing(wallet, 5))),
      wallets,
    );
    expect(commits.map(idsOf)).toEqual(wallets.map(({ id }) => [id]));
    expectChained(commits, wallets);
  });

  test("are tied by transfers, over any number of steps, and by jobs of several commands", () => {
    const wallets = [anOwn(), anOwn(), anOwn(), anOwn(), anOwn(), anOwn()];
    const w = (index: number) => at(wallets, index);
    const { commits, groups } = planned(
      [
        job(depositing(w(0), 1)),
        job(transferring(w(0), w(1), 1)),
        job(transferring(w(2), w(3), 1)),
        job(transferring(w(1), w(2), 1)),
        job(depositing(w(4), 1), depositing(w(5), 1)),
      ],
      wallets,
    );
    expect(commits.map((commit) => idsOf(commit).length).sort()).toEqual([2, 4]);
    expect(groups.map(({ decisions }) => decisions.length).sort()).toEqual([1, 4]);
    expectChained(commits, wallets);
    const sum = commits
      .flatMap((c) => c.wallets)
      .reduce((total, { after }) => total + after.available, 0n);
    expect(sum).toBe(6_000n + 3n);
  });

  test("hold each wallet, event and key once", () => {
    const wallets = [anOwn(), anOwn(), anOwn()];
    const w = (index: number) => at(wallets, index);
    const jobs = [
      job(transferring(w(0), w(1), 1)),
      job(transferring(w(1), w(0), 2)),
      job(transferring(w(0), w(1), 3)),
      job(transferring(w(1), w(2), 4)),
    ];
    const { commits } = planned(jobs, wallets);
    expect(commits).toHaveLength(1);
    const [commit] = commits;
    if (!commit) throw new Error("no group");
    expect(new Set(idsOf(commit)).size).toBe(3);
    expect(commit.wallets).toHaveLength(3);
    expect(commit.events).toHaveLength(8);
    expect(commit.keys.map(({ key }) => key)).toEqual(jobs.map(({ items }) => at(items, 0).key));
    expectChained(commits, wallets);
  });
});

describe("jobs on one wallet", () => {
  test("are decided each on what the one before left", () => {
    const wallet = anOwn({ available: 100n });
    const card = aCard(wallet);
    const { commits, outcomes } = planned(
      [
        job(authorizing(card, 60)),
        job(authorizing(card, 60)),
        job(depositing(wallet, 20)),
        job(authorizing(card, 60)),
      ],
      [wallet],
      [card],
    );
    expect(outcomes.map((outcome) => outcome?.ok && at(outcome.events, 0).type)).toEqual([
      "authorization.approved",
      "authorization.declined",
      "deposit.booked",
      "authorization.approved",
    ]);
    expectChained(commits, [wallet]);
    expect(walletIn(commits, wallet.id).after).toMatchObject({ available: 0n, held: 120n });
    expect(at(at(commits, 0).cards, 0).after.usage.day).toMatchObject({ amount: 120n, count: 2 });
  });

  test("keep the key and fingerprint on the first event of each command only", () => {
    const [one, two] = [anOwn(), anOwn()];
    const transfer = job(transferring(one, two, 1));
    const { commits } = planned([transfer], [one, two]);
    const { events } = at(commits, 0);
    expect(events.map(({ event, commandKey }) => [event.type, commandKey])).toEqual([
      ["transfer.sent", at(transfer.items, 0).key],
      ["transfer.received", null],
    ]);
  });
});

describe("a job that is refused", () => {
  test("leaves nothing but its key and the versions that it was refused on", () => {
    const wallet = anOwn({ available: 5n });
    const refused = job(withdrawing(wallet, 6));
    const { commits, outcomes } = planned([refused], [wallet]);
    expect(outcomes[0]).toMatchObject({ ok: false, refusal: { code: "insufficient_funds" } });
    expect(commits).toEqual([
      {
        wallets: [{ expectedVersion: wallet.version, after: wallet, settingsChanged: false }],
        cards: [],
        authorizations: [],
        events: [],
        keys: [{ walletId: wallet.id, key: at(refused.items, 0).key }],
      },
    ]);
  });

  test("does not take the jobs around it along", () => {
    const wallet = anOwn({ available: 5n });
    const { commits, outcomes } = planned(
      [job(withdrawing(wallet, 3)), job(withdrawing(wallet, 3)), job(withdrawing(wallet, 2))],
      [wallet],
    );
    expect(outcomes.map((outcome) => outcome?.ok)).toEqual([true, false, true]);
    expectChained(commits, [wallet]);
    expect(walletIn(commits, wallet.id).after.available).toBe(0n);
  });

  test("still proves both wallets of a transfer", () => {
    const [one, two] = [anOwn({ available: 0n }), anOwn()];
    const { commits } = planned([job(transferring(one, two, 1))], [one, two]);
    expect(commits.map(idsOf)).toEqual([[one.id, two.id]]);
  });
});

describe("a job of several commands", () => {
  test("is done whole", () => {
    const [one, two] = [anOwn({ available: 5n }), anOwn({ available: 0n })];
    // The second command needs what the first brings.
    const { commits, outcomes } = planned(
      [job(transferring(one, two, 5), withdrawing(two, 5), depositing(one, 1))],
      [one, two],
    );
    expect(outcomes[0]).toMatchObject({ ok: true });
    expect(outcomes[0]?.ok && outcomes[0].events.map(({ type }) => type)).toEqual([
      "transfer.sent",
      "withdrawal.booked",
      "deposit.booked",
    ]);
    expectChained(commits, [one, two]);
    expect(walletIn(commits, two.id).after.available).toBe(0n);
  });

  test("or not at all, and names everything in its way", () => {
    const wallets = [anOwn({ available: 1n }), anOwn({ available: 0n }), anOwn({ available: 2n })];
    const { commits, outcomes } = planned(
      [job(...wallets.map(({ id }) => ({ kind: "delete_wallet", walletId: id }) as const))],
      wallets,
    );
    const [outcome] = outcomes;
    if (outcome?.ok !== false) throw new Error("was not refused");
    expect(outcome.refusal.code).toBe("wallet_not_empty");
    expect(outcome.refusal.errors?.map(({ detail }) => detail.split(" ")[1])).toEqual([
      at(wallets, 0).id,
      at(wallets, 2).id,
    ]);
    expect(commits.flatMap(({ events }) => events)).toEqual([]);
    for (const wallet of wallets) expect(walletIn(commits, wallet.id).after).toEqual(wallet);
  });

  test("that is refused leaves what jobs before and after it did, cards included", () => {
    const wallet = anOwn({ available: 100n });
    const card = aCard(wallet);
    const before = job(authorizing(card, 10));
    const middle = job(
      updatingCard(card, { name: "never" }),
      authorizing(card, 20),
      creatingCard(wallet),
      { kind: "freeze_wallet", walletId: wallet.id },
      withdrawing(wallet, 1),
    );
    const after = job(authorizing(card, 30));
    const { commits, outcomes } = planned([before, middle, after], [wallet], [card]);
    expect(outcomes.map((outcome) => outcome?.ok)).toEqual([true, false, true]);
    expectChained(commits, [wallet]);
    const { after: state, settingsChanged } = walletIn(commits, wallet.id);
    expect(state).toMatchObject({ available: 60n, held: 40n, status: "active", version: 3 });
    expect(settingsChanged).toBe(false);
    expect(at(commits, 0).cards).toMatchObject([
      { after: { name: null, usage: { day: { amount: 40n, count: 2 } } }, settingsChanged: false },
    ]);
    expect(at(commits, 0).keys).toHaveLength(7);
  });

  test("that is refused first leaves wallets as they were read", () => {
    const [one, two] = [anOwn(), anOwn({ available: 0n })];
    const { commits } = planned([job(depositing(one, 5), withdrawing(two, 1))], [one, two]);
    expect(walletIn(commits, one.id).after).toEqual(one);
    expect(walletIn(commits, two.id).after).toEqual(two);
    expect(one.headHash).toBe(genesisHash);
  });
});

describe("a card", () => {
  test("that is made comes with its secret, which is in no event", () => {
    const wallet = anOwn();
    const made = job(creatingCard(wallet));
    const { commits } = planned([made], [wallet]);
    const [change] = at(commits, 0).cards;
    const secret = at(made.items, 0).secret;
    expect(change?.secret).toEqual(secret);
    const { commandText, dataText } = at(at(commits, 0).events, 0);
    expect(commandText + dataText).not.toContain(secret?.numberCiphertext);
    expect(commandText + dataText).not.toContain(secret?.numberFingerprint);
  });

  test("that was changed in the batch that deletes its wallet ends deleted, with its change", () => {
    const wallet = anOwn({ available: 0n });
    const card = aCard(wallet);
    const { commits, outcomes } = planned(
      [
        job(updatingCard(card, { name: "last" })),
        job(creatingCard(wallet)),
        job({ kind: "delete_wallet", walletId: wallet.id }),
        job(authorizing(card, 0)),
      ],
      [wallet],
      [card],
    );
    expect(outcomes.map((outcome) => outcome?.ok)).toEqual([true, true, true, false]);
    expect(at(commits, 0).cards).toMatchObject([
      { after: { name: "last", status: "terminated", deletedAt: noon }, settingsChanged: true },
      { after: { status: "terminated", deletedAt: noon }, settingsChanged: true },
    ]);
  });
});

test("events of a batch never go back in time, whatever the clock says", () => {
  const late = anOwn({ updatedAt: noon + 9_000 });
  const early = anOwn({ updatedAt: noon - 9_000 });
  const { commits } = planned(
    [job(depositing(early, 1)), job(transferring(early, late, 1)), job(depositing(early, 1))],
    [late, early],
  );
  const times = at(commits, 0)
    .events.filter(({ event }) => event.walletId === early.id)
    .map(({ event }) => event.at);
  expect(times).toEqual([noon, noon + 9_000, noon + 9_000]);
});
