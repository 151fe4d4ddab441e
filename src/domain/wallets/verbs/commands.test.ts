import { describe, expect, test } from "vitest";
import { newId, noon } from "../../../../test/support/wallet-states.ts";
import type { Actor } from "../../actor.ts";
import { laneKeyOf } from "../../ids.ts";
import { defaultPaymentSettings } from "../../organization-settings.ts";
import { ok, type Refused, type Result, refuse } from "../../result.ts";
import type { Job, JobResult } from "../lane/job.ts";
import { noControls } from "../model/controls.ts";
import type { EventType } from "../model/event.ts";
import type { StoredOperation } from "../ports.ts";
import { noLimits } from "../rules/limits.ts";
import { authorize } from "./authorize.ts";
import { deleteCard, deleteCards, freezeCard, revealCard, updateCard } from "./change-card.ts";
import { closeWallet, deleteWallet, deleteWallets, updateWallet } from "./change-wallet.ts";
import { execute, executeAll } from "./command.ts";
import { createCard, type NewCard } from "./create-card.ts";
import { createWallet } from "./create-wallet.ts";
import { deposit, transfer, withdraw } from "./move-money.ts";
import { capture, forceCapture, increment, refund, reverse } from "./payment-life.ts";
import { replaceCard } from "./replace-card.ts";

const actor: Actor = {
  organizationId: newId(),
  apiKeyId: newId(),
  settings: {
    currency: "EUR",
    timezone: "UTC",
    defaultLimits: { ...noLimits, day: { amount: 500 } },
    smallestLimit: 10,
    payments: defaultPaymentSettings,
  },
  requestId: newId(),
};
const walletId = newId();
const cardId = newId();
const authorizationId = newId();

/** Ports whose lane answers each job so; `jobs` has what it was sent. */
const portsWith = (answer: JobResult | ((job: Job) => JobResult)) => {
  const jobs: Job[] = [];
  const submit = async (job: Job): Promise<JobResult> => {
    jobs.push(job);
    return typeof answer === "function" ? answer(job) : answer;
  };
  const numbers: string[] = [];
  return {
    jobs,
    numbers,
    ports: {
      lane: { submit },
      ids: { next: () => "id", withLane: (key: number) => `in lane ${key}` },
      now: () => noon,
      owners: {
        ownerExists: async (): Promise<boolean> => true,
        userExists: async (): Promise<boolean> => true,
      },
      reads: { findOperation: async (): Promise<StoredOperation | null> => null },
      vault: {
        seal: async (organizationId: string, id: string, number: string) => {
          numbers.push(number);
          return {
            numberCiphertext: `${organizationId} ${id} ${number}`,
            numberKeyVersion: 1,
            numberFingerprint: number,
          };
        },
        newNumber: () => "4000000000000002",
        open: async () => "4000000000000002",
        cvv: async () => "123",
      },
    },
  };
};

const caused = (type: EventType, data: unknown): JobResult =>
  ok([
    {
      walletId,
      sequence: 2,
      type,
      at: noon,
      data,
      commandKey: null,
      fingerprint: null,
      requestId: actor.requestId,
    },
  ]);
const commandOf = (jobs: readonly Job[]) => jobs[0]?.items[0]?.command;
const told = (result: Result<unknown>) => {
  if (result.ok) throw new Error("it was not refused");
  const { code, errors = [] } = result.refusal;
  return [code, ...errors.map(({ pointer }) => pointer)];
};
const notThere: Refused = refuse("not_found", "It is not there.");
const beside = (id: string) => `in lane ${laneKeyOf(id)}`;

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

describe("what a request leaves out has its default", () => {
  const bare = { reference: null, metadata: {}, effectiveAt: null, corrects: null };
  const merchant = { id: null, name: null, category: null, country: null };
  const said = { id: "m", name: "M", category: "5812", country: "DE" };

  test("of movements", async () => {
    const booked = (type: EventType, name: string) => portsWith(caused(type, { [name]: "done" }));
    const into = booked("deposit.booked", "deposit");
    expect(await deposit(into.ports)(actor, walletId, { amount: 5 })).toEqual(ok("done"));
    const id = beside(walletId);
    expect(commandOf(into.jobs)).toEqual({ kind: "deposit", walletId, id, amount: 5, ...bare });
    const out = booked("withdrawal.booked", "withdrawal");
    const given = { reference: "r", metadata: { a: "b" }, effectiveAt: "2026-01-01T00:00:00.000Z" };
    expect(await withdraw(out.ports)(actor, walletId, { amount: 5, ...given })).toEqual(ok("done"));
    expect(commandOf(out.jobs)).toMatchObject({ kind: "withdraw", ...given, corrects: null });
    const over = booked("transfer.sent", "transfer");
    const input = { fromWalletId: walletId, toWalletId: cardId, amount: 5 };
    expect(await transfer(over.ports)(actor, input)).toEqual(ok("done"));
    expect(commandOf(over.jobs)).toEqual({
      kind: "transfer",
      walletId,
      toWalletId: cardId,
      id,
      amount: 5,
      ...bare,
    });
  });

  test("of payments", async () => {
    const payment = portsWith(caused("authorization.approved", { authorization: "payment" }));
    expect(await authorize(payment.ports)(actor, { cardId, amount: 5 })).toEqual(ok("payment"));
    expect(commandOf(payment.jobs)).toEqual({
      kind: "authorize",
      id: beside(cardId),
      cardId,
      amount: 5,
      currency: null,
      merchant,
      merchantAmount: null,
      partialApproval: false,
      expiresInSeconds: 7 * 86_400,
      mustApprove: false,
      metadata: {},
    });
    const given = {
      currency: "EUR",
      merchant: said,
      merchantAmount: { amount: 1, currency: "USD" },
      partialApproval: true,
      expiresInSeconds: 60,
      metadata: { a: "b" },
    };
    const full = portsWith(caused("authorization.declined", { authorization: "payment" }));
    await authorize(full.ports)(actor, { cardId, amount: 5, ...given });
    expect(commandOf(full.jobs)).toMatchObject(given);
  });

  test("of what becomes of payments, which answers with the payment", async () => {
    const id = beside(authorizationId);
    const data = (name: string) => ({ [name]: { done: name }, authorization: "payment" });
    const answer = (name: string) => ok({ done: name, authorization: "payment" });
    const more = portsWith(caused("authorization.increment_declined", data("increment")));
    expect(await increment(more.ports)(actor, authorizationId, { amount: 5 })).toEqual(
      answer("increment"),
    );
    const named = { id, authorizationId, metadata: {} };
    expect(commandOf(more.jobs)).toEqual({ kind: "increment", amount: 5, ...named });

    const taken = portsWith(caused("authorization.captured", data("capture")));
    expect(await capture(taken.ports)(actor, authorizationId, {})).toEqual(answer("capture"));
    const tolerances = defaultPaymentSettings.captureTolerances;
    expect(commandOf(taken.jobs)).toEqual({
      kind: "capture",
      amount: null,
      final: true,
      tolerances,
      ...named,
    });
    await capture(taken.ports)(actor, authorizationId, { amount: 3, final: false });
    expect(taken.jobs[1]?.items[0]?.command).toMatchObject({ amount: 3, final: false });

    const back = portsWith(caused("authorization.reversed", data("reversal")));
    expect(await reverse(back.ports)(actor, authorizationId, {})).toEqual(answer("reversal"));
    expect(commandOf(back.jobs)).toEqual({ kind: "reverse", amount: null, ...named });
    await reverse(back.ports)(actor, authorizationId, { amount: 3, metadata: { a: "b" } });
    expect(back.jobs[1]?.items[0]?.command).toMatchObject({ amount: 3, metadata: { a: "b" } });

    const forced = portsWith(caused("authorization.forced", data("capture")));
    expect(await forceCapture(forced.ports)(actor, { cardId, amount: 5 })).toEqual(
      answer("capture"),
    );
    expect(commandOf(forced.jobs)).toEqual({
      kind: "force_capture",
      id: beside(cardId),
      captureId: beside(cardId),
      cardId,
      amount: 5,
      merchant,
      merchantAmount: null,
      metadata: {},
    });
  });

  test("of refunds, linked to a payment or to a card alone", async () => {
    const linked = portsWith(
      caused("authorization.refunded", { refund: { id: 1 }, authorization: "payment" }),
    );
    expect(await refund(linked.ports)(actor, { authorizationId, amount: 5 })).toEqual(
      ok({ id: 1, authorization: "payment" }),
    );
    const shared = { amount: 5, reference: null, metadata: {} };
    const id = beside(authorizationId);
    expect(commandOf(linked.jobs)).toEqual({ kind: "refund", authorizationId, id, ...shared });
    const alone = portsWith(caused("refund.booked", { refund: { id: 1 } }));
    const input = { cardId, amount: 5, merchant: said, reference: "r", metadata: { a: "b" } };
    expect(await refund(alone.ports)(actor, input)).toEqual(ok({ id: 1, authorization: null }));
    expect(commandOf(alone.jobs)).toEqual({ kind: "refund_card", id: beside(cardId), ...input });
  });

  test("of cards, whose number is sealed and whose limits are the organization's", async () => {
    const made = portsWith(caused("card.created", { card: "card" }));
    expect(await createCard(made.ports)(actor, { walletId })).toEqual(ok("card"));
    expect(commandOf(made.jobs)).toEqual({
      kind: "create_card",
      walletId,
      cardId: beside(walletId),
      cardholderId: null,
      name: null,
      type: "standard",
      issued: true,
      last4: "0002",
      expMonth: 11,
      expYear: 2030,
      limits: actor.settings.defaultLimits,
      smallestLimit: 10,
      controls: noControls,
      metadata: {},
    });
    expect(made.jobs[0]?.items[0]?.secret?.numberFingerprint).toBe("4000000000000002");
    const given: NewCard = {
      walletId,
      number: "4242424242424242",
      expMonth: 2,
      expYear: 2031,
      type: "single_use",
      cardholderId: "user",
      name: "Mara",
      limits: { day: null },
      metadata: { a: "b" },
    };
    await createCard(made.ports)(actor, given);
    const { walletId: _, number: __, limits: ___, ...same } = given;
    expect(made.jobs[1]?.items[0]?.command).toMatchObject({
      ...same,
      issued: false,
      last4: "4242",
      limits: noLimits,
    });
    const again = portsWith(caused("card.created", { card: "card" }));
    expect(await replaceCard(again.ports)(actor, cardId, { reason: "lost" })).toEqual(ok("card"));
    expect(commandOf(again.jobs)).toEqual({
      kind: "replace_card",
      cardId,
      newCardId: beside(cardId),
      reason: "lost",
      issued: true,
      last4: "0002",
      expMonth: 11,
      expYear: 2030,
    });
    await replaceCard(again.ports)(actor, cardId, { reason: "lost", number: "4242424242424242" });
    expect(again.jobs[1]?.items[0]).toMatchObject({
      command: { issued: false, last4: "4242" },
      secret: { numberFingerprint: "4242424242424242" },
    });
  });

  test("of settings, which go with the organization's smallest limit", async () => {
    const wallet = portsWith(caused("wallet.updated", { wallet: "wallet" }));
    expect(await updateWallet(wallet.ports)(actor, walletId, { name: "N" })).toEqual(ok("wallet"));
    expect(commandOf(wallet.jobs)).toEqual({
      kind: "update_wallet",
      walletId,
      smallestLimit: 10,
      name: "N",
    });
    const card = portsWith(caused("card.updated", { card: "card" }));
    expect(await updateCard(card.ports)(actor, cardId, { name: null })).toEqual(ok("card"));
    expect(commandOf(card.jobs)).toEqual({
      kind: "update_card",
      cardId,
      smallestLimit: 10,
      name: null,
    });
    const closed = portsWith(caused("wallet.closed", { wallet: "wallet" }));
    expect(await closeWallet(closed.ports)(actor, walletId, undefined)).toEqual(ok("wallet"));
    const id = beside(walletId);
    expect(commandOf(closed.jobs)).toEqual({
      kind: "close_wallet",
      walletId,
      id,
      toWalletId: null,
    });
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

describe("a number that Purser draws", () => {
  const taken = refuse("card_number_taken", "It is taken.");

  test("is drawn anew where it is taken, five times at most", async () => {
    const unlucky = portsWith(taken);
    expect(told(await createCard(unlucky.ports)(actor, { walletId }))).toEqual([
      "card_number_taken",
    ]);
    expect(unlucky.jobs).toHaveLength(5);
    let tries = 0;
    const lucky = portsWith(() => (++tries < 3 ? taken : caused("card.created", { card: "card" })));
    expect(await createCard(lucky.ports)(actor, { walletId })).toEqual(ok("card"));
    expect(lucky.jobs).toHaveLength(3);
  });

  test("is the only one that is: one that is brought along is refused", async () => {
    const { ports, jobs } = portsWith(taken);
    const result = await createCard(ports)(actor, { walletId, number: "4242424242424242" });
    expect(told(result)).toEqual(["card_number_taken"]);
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
});

test("only an issued card's CVV is known, and of a card that is gone nothing", async () => {
  const { ports } = portsWith(notThere);
  const card = { expMonth: 1, expYear: 2030, issued: true };
  const reveal = (found: object | null) =>
    revealCard({ vault: ports.vault, reads: { revealCard: async () => found } as never });
  const number = "4000000000000002";
  expect(await reveal(card)(actor, cardId)).toEqual(ok({ number, cvv: "123" }));
  expect(await reveal({ ...card, issued: false })(actor, cardId)).toEqual(ok({ number }));
  expect(told(await reveal(null)(actor, cardId))).toEqual(["not_found"]);
});

describe("a wallet that is opened", () => {
  const open = async (
    input: object,
    over: {
      readonly outcome?: object;
      readonly exists?: boolean;
      readonly idempotency?: Actor["idempotency"];
    } = {},
  ) => {
    const asked: unknown[][] = [];
    const { ports } = portsWith(notThere);
    const { outcome = { outcome: "created", value: "wallet" }, exists = true, idempotency } = over;
    const result = await createWallet({
      ...ports,
      ids: { ...ports.ids, next: () => walletId },
      sha256: (text) => `hash of ${text.length}`,
      owners: { ...ports.owners, ownerExists: async () => exists },
      ownership: {
        open: async (...args: unknown[]) => {
          asked.push(args);
          return outcome;
        },
      } as never,
    })(
      { ...actor, ...(idempotency && { idempotency }) },
      {
        owner: { teamId: "team" },
        name: "Travel",
        ...input,
      },
    );
    const [wallet, record, sealed] = asked[0] ?? [];
    return { result, asked, wallet, record, sealed };
  };

  test("has the organization's settings where it does not say otherwise", async () => {
    const { result, wallet, record, sealed } = await open({});
    expect(result).toEqual(ok("wallet"));
    expect(record).toMatchObject({
      id: walletId,
      teamId: "team",
      userId: null,
      name: "Travel",
      currency: "EUR",
      timezone: "UTC",
      limits: actor.settings.defaultLimits,
      controls: noControls,
      metadata: {},
      lowBalanceThreshold: null,
    });
    expect(sealed).toMatchObject({
      commandKey: null,
      fingerprint: null,
      requestId: actor.requestId,
      event: { type: "wallet.created", sequence: 1, at: noon, rulesVersion: 1 },
    });
    expect(wallet).toMatchObject({ headHash: expect.stringMatching(/^hash of/), version: 1 });
    const given = {
      currency: "CHF",
      timezone: "Asia/Tokyo",
      metadata: { a: "b" },
      lowBalanceThreshold: 9,
    };
    const other = await open({ ...given, owner: { userId: "user" } });
    expect(other.record).toMatchObject({ ...given, teamId: null, userId: "user" });
  });

  test("keeps the client's key on its first event", async () => {
    const idempotency = { key: "mine", fingerprint: "print" };
    const { sealed, asked } = await open({}, { idempotency });
    expect(sealed).toMatchObject({ commandKey: "client:mine", fingerprint: "print" });
    expect(asked[0]?.[3]).toEqual(idempotency);
  });

  test("is not, for an owner that is not there or is being deleted, by a clock that is off, or with small limits", async () => {
    const gone = await open({}, { exists: false });
    expect([told(gone.result), gone.asked]).toEqual([["not_found", "/teamId"], []]);
    const hindered = (by: string) => open({}, { outcome: { outcome: "hindered", by } });
    expect(told((await hindered("owner_closed")).result)).toEqual(["owner_closed"]);
    expect(told((await hindered("clock_off")).result)).toEqual(["overloaded"]);
    const small = await open({ limits: { day: { amount: 9 } } });
    expect(told(small.result)).toEqual(["validation_failed", "/limits/day/amount"]);
    expect(small.asked).toEqual([]);
  });
});
