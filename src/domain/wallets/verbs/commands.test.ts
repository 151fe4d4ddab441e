import { describe, expect, test } from "vitest";
import {
  actor,
  authorizationId,
  cardId,
  caused,
  commandOf,
  notThere,
  portsWith,
  told,
  walletId,
} from "../../../../test/support/recording-lane.ts";
import { newId, noon } from "../../../../test/support/wallet-states.ts";
import type { Actor } from "../../actor.ts";
import { ok } from "../../result.ts";
import type { JobResult } from "../lane/job.ts";
import { authorize } from "./authorize.ts";
import { deleteCard, deleteCards, freezeCard, updateCard } from "./change-card.ts";
import { closeWallet, deleteWallet, deleteWallets, updateWallet } from "./change-wallet.ts";
import { execute, executeAll } from "./command.ts";
import { createCard } from "./create-card.ts";
import { deposit, transfer, withdraw } from "./move-money.ts";
import { capture, forceCapture, increment, refund, reverse } from "./payment-life.ts";
import { replaceCard } from "./replace-card.ts";

describe("a command goes to its lane", () => {
  const freeze = (
    over: Partial<Actor>,
    answer: JobResult = caused("card.frozen", { card: "card" }),
  ) => {
    const { ports, jobs } = portsWith(answer);
    return { jobs, result: freezeCard(ports)({ ...actor, ...over }, cardId) };
  };

  test("of the organization, in the request, with eight seconds to be done, under a key of its own", async () => {
    const { jobs, result } = freeze({});
    expect(await result).toEqual(ok("card"));
    const { organizationId, requestId } = actor;
    const minted = {
      command: { kind: "freeze_card", cardId },
      key: "minted:id",
      fingerprint: null,
    };
    expect(jobs).toEqual([{ organizationId, requestId, deadline: noon + 8_000, items: [minted] }]);
  });

  test("under the client's key where there is one, with what was asked", async () => {
    const { jobs, result } = freeze({ idempotency: { key: "mine", fingerprint: "print" } });
    await result;
    expect(jobs[0]?.items[0]).toMatchObject({ key: "client:mine", fingerprint: "print" });
  });

  test("and says that it was done before", async () => {
    const { result } = freeze({}, {
      ...caused("card.frozen", { card: 1 }),
      replayed: true,
    } as never);
    expect(await result).toEqual({ ok: true, value: 1, replayed: true });
  });

  test("and has caused the event that belongs to it: another one is a bug", async () => {
    const other = freeze({}, caused("card.unfrozen", {}));
    await expect(other.result).rejects.toThrow("freeze_card caused card.unfrozen");
    await expect(freeze({}, ok([])).result).rejects.toThrow("no event");
    const { ports, jobs } = portsWith(caused("card.frozen", {}));
    await execute(ports, actor, { kind: "freeze_card", cardId }, ["card.frozen"]);
    expect(Object.keys(jobs[0]?.items[0] ?? {})).not.toContain("secret");
  });

  test("together with at most a thousand others", async () => {
    const { ports, jobs } = portsWith(ok([]));
    const commands = (count: number) =>
      Array.from({ length: count }, () => ({ kind: "delete_card", cardId }) as const);
    expect((await executeAll(ports, actor, commands(1_000))).ok).toBe(true);
    expect(jobs[0]?.items).toHaveLength(1_000);
    expect(told(await executeAll(ports, actor, commands(1_001)))).toEqual(["too_many_at_once"]);
    expect(jobs).toHaveLength(1);
  });
});

describe("a request is refused", () => {
  test("before anything is sent, if it names what is not there or cannot be", async () => {
    const { ports, jobs } = portsWith(notThere);
    const nobody = { ...ports, owners: { ...ports.owners, userExists: async () => false } };
    const cardholderId = newId();
    expect(told(await createCard(nobody)(actor, { walletId, cardholderId }))).toEqual([
      "not_found",
      "/cardholderId",
    ]);
    expect(told(await updateCard(nobody)(actor, cardId, { cardholderId }))).toEqual([
      "not_found",
      "/cardholderId",
    ]);
    expect(told(await createCard(ports)(actor, { walletId, number: "4242424242424241" }))).toEqual([
      "validation_failed",
      "/number",
    ]);
    const itself = { fromWalletId: walletId, toWalletId: walletId, amount: 1 };
    expect(told(await transfer(ports)(actor, itself))).toEqual([
      "validation_failed",
      "/toWalletId",
    ]);
    expect(told(await closeWallet(ports)(actor, walletId, walletId))).toEqual([
      "validation_failed",
      "/sweepTo",
    ]);
    expect(jobs).toEqual([]);
  });

  test("pointing at the id that the lane does not find", async () => {
    const { ports } = portsWith(notThere);
    const movement = { fromWalletId: walletId, toWalletId: cardId, amount: 1 };
    expect([
      told(await createCard(ports)(actor, { walletId })),
      told(await transfer(ports)(actor, movement)),
      told(await authorize(ports)(actor, { cardId, amount: 1 })),
      told(await forceCapture(ports)(actor, { cardId, amount: 1 })),
      told(await refund(ports)(actor, { cardId, amount: 1 })),
      told(await refund(ports)(actor, { authorizationId, amount: 1 })),
    ]).toEqual(
      ["/walletId", "/fromWalletId", "/cardId", "/cardId", "/cardId", "/authorizationId"].map(
        (pointer) => ["not_found", pointer],
      ),
    );
  });

  test("as it is told by the lane where the id is in the path", async () => {
    const { ports } = portsWith(notThere);
    const results = [
      await increment(ports)(actor, authorizationId, { amount: 1 }),
      await capture(ports)(actor, authorizationId, {}),
      await reverse(ports)(actor, authorizationId, {}),
      await deposit(ports)(actor, walletId, { amount: 1 }),
      await withdraw(ports)(actor, walletId, { amount: 1 }),
      await updateWallet(ports)(actor, walletId, {}),
      await updateCard(ports)(actor, cardId, {}),
      await deleteCard(ports)(actor, cardId),
      await deleteWallet(ports)(actor, walletId),
      await replaceCard(ports)(actor, cardId, { reason: "lost" }),
    ];
    for (const result of results) expect(result).toEqual(notThere);
  });

  test("if it corrects a movement that is not the wallet's", async () => {
    const { ports, jobs } = portsWith(caused("deposit.booked", { deposit: "done" }));
    const found = {
      id: "m",
      walletId,
      kind: "deposit",
      authorizationId: null,
      record: {},
    } as const;
    const knowing = { ...ports, reads: { findOperation: async () => found } };
    const input = { amount: 1, corrects: "m" };
    expect((await deposit(knowing)(actor, walletId, input)).ok).toBe(true);
    expect(commandOf(jobs)).toMatchObject({ corrects: "m" });
    for (const result of [
      await deposit(ports)(actor, walletId, input),
      await withdraw(knowing)(actor, cardId, input),
      await transfer(knowing)(actor, { ...input, fromWalletId: cardId, toWalletId: walletId }),
    ]) {
      expect(told(result)).toEqual(["not_found", "/corrects"]);
    }
    expect(jobs).toHaveLength(1);
  });
});

describe("what is deleted", () => {
  test("is gone, or was not there", async () => {
    const card = portsWith(caused("card.deleted", {}));
    expect(await deleteCard(card.ports)(actor, cardId)).toEqual(ok(undefined));
    expect(commandOf(card.jobs)).toEqual({ kind: "delete_card", cardId });
    const wallet = portsWith(caused("wallet.deleted", {}));
    expect(await deleteWallet(wallet.ports)(actor, walletId)).toEqual(ok(undefined));
    expect(commandOf(wallet.jobs)).toEqual({ kind: "delete_wallet", walletId });
  });

  test("in one go, is all that a wallet or an owner has, or none of it", async () => {
    const { ports, jobs } = portsWith(ok([{}, {}] as never));
    const cards = (ids: string[] | null) =>
      deleteCards({ ...ports, reads: { cardIdsOf: async () => ids } as never })(actor, walletId);
    expect(await cards([cardId, newId()])).toEqual(ok({ deleted: 2 }));
    expect(commandOf(jobs)).toEqual({ kind: "delete_card", cardId });
    expect(await cards([])).toEqual(ok({ deleted: 0 }));
    expect(told(await cards(null))).toEqual(["not_found", "/walletId"]);
    const wallets = (ids: string[], ownerExists = true) =>
      deleteWallets({
        ...ports,
        ownership: { walletIdsOf: async () => ids } as never,
        owners: { ...ports.owners, ownerExists: async () => ownerExists },
      });
    expect(await wallets([walletId])(actor, { teamId: "t" })).toEqual(ok({ deleted: 2 }));
    expect(jobs[1]?.items[0]?.command).toEqual({ kind: "delete_wallet", walletId });
    expect(await wallets([])(actor, { teamId: "t" })).toEqual(ok({ deleted: 0 }));
    expect(told(await wallets([], false)(actor, { teamId: "t" }))).toEqual([
      "not_found",
      "/teamId",
    ]);
    expect(told(await wallets([], false)(actor, { userId: "u" }))).toEqual([
      "not_found",
      "/userId",
    ]);
    expect(jobs).toHaveLength(2);
  });

  test("is more than can be deleted at once where one more than that is there", async () => {
    const { ports, jobs } = portsWith(ok([]));
    const found = async (_: string, __: unknown, most: number) =>
      Array.from({ length: Math.min(most, 5_000) }, () => newId());
    const cards = { ...ports, reads: { cardIdsOf: found } as never };
    expect(told(await deleteCards(cards)(actor, walletId))).toEqual(["too_many_at_once"]);
    const wallets = { ...ports, ownership: { walletIdsOf: found } as never };
    expect(told(await deleteWallets(wallets)(actor, { teamId: "t" }))).toEqual([
      "too_many_at_once",
    ]);
    expect(jobs).toEqual([]);
  });
});
