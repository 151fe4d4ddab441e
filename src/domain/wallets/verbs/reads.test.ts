import { describe, expect, test } from "vitest";
import { anActor } from "../../../../test/support/an-actor.ts";
import {
  aCard,
  at,
  authorizing,
  aWallet,
  eventsOf,
  newId,
  noon,
} from "../../../../test/support/wallet-states.ts";
import type { Page } from "../../page.ts";
import { ok, type Result } from "../../result.ts";
import { genesisHash } from "../log/chain.ts";
import { authorizationState } from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import { maxAmount } from "../model/money.ts";
import type { Wallet } from "../model/wallet.ts";
import type { FeedEvent, LedgerAccount, StoredEvent, StoredOperation } from "../ports.ts";
import { receiptType } from "../receipts/receipt.ts";
import { applyToCard, applyToWallet } from "../rules/apply.ts";
import { decide } from "../rules/decide.ts";
import { noLimits } from "../rules/limits.ts";
import type { LoadAnswer, Ref, WalletStore } from "../store.ts";
import { dryRunAuthorization, explainAuthorization, loadNow } from "./explain.ts";
import { followEvents } from "./follow-events.ts";
import { ledgerAccounts, trialBalance } from "./read-ledger.ts";
import { readLimits } from "./read-limits.ts";
import { getOperation } from "./read-operation.ts";
import { signReceipt } from "./sign-receipt.ts";

const organizationId = newId();
const actor = anActor({ organizationId });
const wallet = aWallet({ organizationId, timezone: "Asia/Kolkata" });
const card = aCard(wallet);

const told = (result: Result<unknown>) => {
  if (result.ok) throw new Error("it was not refused");
  const { code, errors = [] } = result.refusal;
  return [code, ...errors.map(({ pointer }) => pointer)];
};
const valueFrom = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.refusal.code);
  return result.value;
};

/** A store that answers so, and what it was asked. */
const storeWith = (answer: LoadAnswer) => {
  const asked: (readonly Ref[])[] = [];
  const load: WalletStore["load"] = async (refs) => {
    asked.push(refs);
    return answer;
  };
  return {
    asked,
    store: { load, commit: () => Promise.reject(new Error("reads commit nothing")) },
  };
};
const loaded = (wallets: readonly Wallet[], cards: readonly Card[] = []): LoadAnswer => ({
  kind: "loaded",
  wallets,
  cards,
  authorizations: [],
  databaseTime: noon,
});

describe("limits as they stand", () => {
  const limits = { ...noLimits, perTransaction: { amount: 70 }, day: { amount: 100, count: 3 } };
  const paid = (amount: number, over: Partial<Wallet> = {}) => {
    const state = { wallet: { ...wallet, limits, ...over }, card: { ...card, limits } };
    const draft = at(eventsOf(decide(state, authorizing(card, amount), noon)), 0);
    const event = { ...draft, at: noon };
    return { wallet: applyToWallet(state.wallet, event), card: applyToCard(state.card, event) };
  };
  const read = async (kind: "wallet" | "card", state: ReturnType<typeof paid>, now = noon) => {
    const { store } = storeWith(loaded([state.wallet], [state.card]));
    return readLimits({ store, now: () => now })(actor, kind, "id");
  };

  test.each(["wallet", "card"] as const)(
    "say of a %s what was spent, and what is left",
    async (kind) => {
      const report = valueFrom(await read(kind, paid(60)));
      expect(report.timezone).toBe("Asia/Kolkata");
      expect(report.perTransaction).toEqual({ amount: 70 });
      expect(report.windows.day).toEqual({
        limit: { amount: 100, count: 3 },
        spent: { amount: 60, count: 1 },
        remaining: { amount: 40, count: 2 },
        // Midnight in Kolkata.
        resetsAt: "2026-11-10T18:30:00.000Z",
      });
      expect(report.windows.year.resetsAt).toBe("2026-12-31T18:30:00.000Z");
      expect(report.windows.lifetime).toEqual({
        limit: { amount: null, count: null },
        spent: { amount: 60, count: 1 },
        remaining: { amount: null, count: null },
        resetsAt: null,
      });
    },
  );

  test("count a window anew when its time is over, by the wallet's own time if that is later", async () => {
    const day = 86_400_000;
    const state = paid(60);
    expect(valueFrom(await read("wallet", state, noon + day)).windows.day.spent.amount).toBe(0);
    const ahead = { ...state, wallet: { ...state.wallet, updatedAt: noon + day } };
    const { spent, resetsAt } = valueFrom(await read("wallet", ahead, noon)).windows.day;
    expect([spent.amount, resetsAt]).toEqual([0, "2026-11-11T18:30:00.000Z"]);
  });

  test("leave nothing where more was spent than a limit that was lowered since", async () => {
    const state = paid(60);
    const lowered = { ...noLimits, day: { amount: 50, count: 0 } };
    const report = valueFrom(
      await read("wallet", { ...state, wallet: { ...state.wallet, limits: lowered } }),
    );
    expect(report.windows.day.remaining).toEqual({ amount: 0, count: 0 });
    expect(report.perTransaction).toEqual({ amount: null });
  });

  test("can be told however much was spent", async () => {
    const state = paid(60);
    const usage = {
      ...state.wallet.usage,
      lifetime: { start: "", amount: maxAmount + 5n, count: 1 },
    };
    const report = valueFrom(
      await read("wallet", { ...state, wallet: { ...state.wallet, usage } }),
    );
    expect(report.windows.lifetime.spent.amount).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("are not there of what is not there, or is deleted", async () => {
    const gone = storeWith(loaded([]));
    const ports = { store: gone.store, now: () => noon };
    expect(told(await readLimits(ports)(actor, "wallet", wallet.id))).toEqual(["not_found"]);
    expect(gone.asked).toEqual([[{ kind: "wallet", organizationId, id: wallet.id }]]);
    const state = paid(1);
    const cardless = storeWith(loaded([state.wallet]));
    const readCard = readLimits({ store: cardless.store, now: () => noon });
    expect(told(await readCard(actor, "card", card.id))).toEqual(["not_found"]);
    const deleted = { ...state, wallet: { ...state.wallet, deletedAt: noon } };
    expect(told(await read("wallet", deleted))).toEqual(["not_found"]);
    expect((await read("card", deleted)).ok).toBe(true);
    const { store } = storeWith({ kind: "unreachable" });
    const result = await readLimits({ store, now: () => noon })(actor, "wallet", wallet.id);
    expect(told(result)).toEqual(["overloaded"]);
  });
});

describe("state that is read outside the lanes", () => {
  const ref: Ref = { kind: "wallet", organizationId, id: wallet.id };

  test("is a refusal while the database does not answer, and an error where trying again is no use", async () => {
    const answered = (answer: LoadAnswer) => loadNow(storeWith(answer).store, ref);
    expect(await answered(loaded([wallet]))).toEqual(loaded([wallet]));
    const busy = { kind: "rejected", retry: "yes", cause: new Error("deadlock") } as const;
    for (const answer of [{ kind: "unreachable" }, busy] as const) {
      expect(await answered(answer)).toMatchObject({ refusal: { code: "overloaded" } });
    }
    await expect(answered({ ...busy, retry: "no" })).rejects.toThrow("deadlock");
  });
});

const storedDecision = (state: { wallet: Wallet; card: Card }, amount: number): StoredEvent => {
  const draft = at(eventsOf(decide(state, authorizing(state.card, amount), noon)), 0);
  return {
    organizationId,
    walletId: wallet.id,
    sequence: 3,
    type: draft.type,
    at: noon,
    rulesVersion: 1,
    requestId: newId(),
    commandKey: "key",
    fingerprint: null,
    commandText: "{}",
    dataText: JSON.stringify(draft.data),
    hash: genesisHash,
  };
};

describe("an explanation", () => {
  const findDecision = (event: StoredEvent | null) =>
    ({ findDecision: async () => event }) as never;

  test("is the evidence that is stored with the decision", async () => {
    const event = storedDecision({ wallet: { ...wallet, available: 5n }, card }, 10);
    const value = valueFrom(
      await explainAuthorization({ reads: findDecision(event) })(actor, newId()),
    );
    expect(value.authorization).toMatchObject({ approved: false, reasons: ["insufficient_funds"] });
    expect(value.controls.at(-1)).toMatchObject({
      control: "insufficient_funds",
      verdict: "failed",
    });
  });

  test("of a forced capture has no controls, and of nothing there is none", async () => {
    const event = storedDecision({ wallet, card }, 10);
    const { evidence: _, ...data } = JSON.parse(event.dataText);
    const forced = { ...event, dataText: JSON.stringify(data) };
    const value = valueFrom(
      await explainAuthorization({ reads: findDecision(forced) })(actor, newId()),
    );
    expect(value.controls).toEqual([]);
    const nothing = explainAuthorization({ reads: findDecision(null) });
    expect(told(await nothing(actor, newId()))).toEqual(["not_found"]);
  });
});

describe("a dry run", () => {
  const ids = { next: newId, withLane: newId };
  const dryRun = (answer: LoadAnswer, input: object = {}) => {
    const { store, asked } = storeWith(answer);
    const run = dryRunAuthorization({ store, ids, now: () => noon });
    return { asked, result: run(actor, { cardId: card.id, amount: 10, ...input }) };
  };

  test("decides on the state as it is", async () => {
    const { result, asked } = dryRun(loaded([wallet], [card]));
    const { authorization, controls } = valueFrom(await result);
    expect(authorization).toMatchObject({ approved: true, amount: 10, cardId: card.id });
    expect(controls.every(({ verdict }) => verdict === "passed")).toBe(true);
    expect(asked).toEqual([[{ kind: "card", organizationId, id: card.id }]]);
    const declined = valueFrom(
      await dryRun(loaded([wallet], [{ ...card, status: "frozen" }])).result,
    );
    expect(declined.authorization.reasons).toEqual(["card_frozen"]);
  });

  test("points at the card that is not there, and at what else is wrong with the request", async () => {
    expect(told(await dryRun(loaded([])).result)).toEqual(["not_found", "/cardId"]);
    expect(told(await dryRun(loaded([wallet])).result)).toEqual(["not_found", "/cardId"]);
    const deleted = { ...card, deletedAt: noon };
    expect(told(await dryRun(loaded([wallet], [deleted])).result)).toEqual([
      "not_found",
      "/cardId",
    ]);
    const dollars = dryRun(loaded([wallet], [card]), { currency: "USD" });
    expect(told(await dollars.result)).toEqual(["currency_mismatch", "/currency"]);
    expect(told(await dryRun({ kind: "unreachable" }).result)).toEqual(["overloaded"]);
  });
});

describe("a receipt", () => {
  const event = storedDecision({ wallet, card }, 10);
  const signer = {
    sign: async (typ: string, payload: object) => JSON.stringify({ typ, payload }),
    publicKeys: async () => [],
  };
  const sign = (found: StoredEvent | null, by: typeof signer | undefined = signer) =>
    signReceipt({
      reads: { findDecision: async () => found },
      signer: by,
      now: () => noon,
    })(actor, "payment");

  test("is the stored decision, signed as what it is", async () => {
    const { receipt } = valueFrom(await sign(event));
    const { typ, payload } = JSON.parse(receipt);
    expect(typ).toBe(receiptType);
    expect(payload).toMatchObject({ iss: "purser", sub: "payment", iat: noon / 1_000 });
  });

  test("is not there without the payment, or without a key", async () => {
    expect(told(await sign(null))).toEqual(["not_found"]);
    const unsigned = signReceipt({ reads: { findDecision: async () => event }, now: () => noon });
    expect(told(await unsigned(actor, "payment"))).toEqual(["not_found"]);
  });
});

describe("the chart of accounts", () => {
  const account = (
    name: LedgerAccount["account"],
    debits: number,
    credits: number,
    currency = "EUR",
  ): LedgerAccount => ({
    account: name,
    currency,
    debits: String(debits),
    credits: String(credits),
  });
  const accounts = [
    account("external", 100, 30),
    account("available", 40, 90),
    account("held", 0, 0),
    account("receivable", 9, 2),
    account("network", 1, 28),
    account("clearing", 10, 10),
  ];
  const reads = (rows: readonly LedgerAccount[]) => ({
    reads: { ledgerAccounts: async () => rows },
  });

  test("gives each account its balance on its normal side", async () => {
    const rows = valueFrom(await ledgerAccounts(reads(accounts))(actor));
    expect(rows.map((row) => [row.account, row.normalSide, row.balance])).toEqual([
      ["external", "debit", "70"],
      ["available", "credit", "50"],
      ["held", "credit", "0"],
      ["receivable", "debit", "7"],
      ["network", "credit", "27"],
      ["clearing", "credit", "0"],
    ]);
    for (const { description } of rows) expect(description).not.toBe("");
  });

  test("is balanced if debits are credits in every currency, and clearing is empty", async () => {
    const { currencies, balanced } = valueFrom(await trialBalance(reads(accounts))(actor));
    const euros = {
      currency: "EUR",
      debits: "160",
      credits: "160",
      difference: "0",
      clearing: "0",
    };
    expect([currencies, balanced]).toEqual([[euros], true]);
    const dollars = [account("external", 5, 0, "USD"), account("available", 0, 4, "USD")];
    const off = valueFrom(await trialBalance(reads([...accounts, ...dollars]))(actor));
    expect(off.balanced).toBe(false);
    expect(off.currencies).toEqual([
      euros,
      { currency: "USD", debits: "5", credits: "4", difference: "1", clearing: "0" },
    ]);
    const open = [account("clearing", 0, 4), account("available", 4, 0)];
    const cleared = valueFrom(await trialBalance(reads(open))(actor));
    expect(cleared).toMatchObject({
      balanced: false,
      currencies: [{ clearing: "4", difference: "0" }],
    });
    expect(valueFrom(await trialBalance(reads([]))(actor))).toEqual({
      currencies: [],
      balanced: true,
    });
  });
});

describe("an operation", () => {
  const stored: StoredOperation = {
    id: newId(),
    kind: "capture",
    walletId: wallet.id,
    authorizationId: "payment",
    record: {},
  };
  const reads = { findOperation: async () => stored };

  test("is found under what it belongs to, as what it is", async () => {
    const find = getOperation({ reads });
    const own = { walletId: wallet.id, authorizationId: "payment" };
    expect(await find(actor, "capture", stored.id, own)).toEqual(ok(stored));
    expect(await find(actor, "capture", stored.id, {})).toEqual(ok(stored));
    for (const [kind, of] of [
      ["refund", own],
      ["capture", { walletId: newId() }],
      ["capture", { authorizationId: "another" }],
      ["capture", { ...own, authorizationId: "another" }],
    ] as const) {
      expect(told(await find(actor, kind, stored.id, of))).toEqual(["not_found"]);
    }
    const none = getOperation({ reads: { findOperation: async () => null } });
    expect(told(await none(actor, "capture", stored.id, {}))).toEqual(["not_found"]);
  });
});

describe("a feed that is followed", () => {
  const page = { sortBy: "position", sort: "asc", limit: 10, skip: 0 } as const;
  const event = { id: "wallet.1" } as FeedEvent;
  const empty = (next: string | null = null) => ({ items: [], next }) as unknown as Page<FeedEvent>;
  const full = { items: [event], next: null } as unknown as Page<FeedEvent>;

  const follow = async (pages: readonly Page<FeedEvent>[], waitSeconds: number) => {
    let now = noon;
    const slept: number[] = [];
    const asked: unknown[] = [];
    const rest = [...pages];
    const result = await followEvents({
      reads: {
        listEvents: async (_, from) => {
          asked.push("after" in from ? from.after : undefined);
          return rest.shift() ?? empty();
        },
      },
      now: () => now,
      sleep: async (ms) => {
        slept.push(ms);
        now += ms;
      },
    })(actor, page, {}, waitSeconds);
    return { result, slept, asked };
  };

  test("answers at once what there is, and what there is not if nobody waits", async () => {
    expect(await follow([full], 5)).toEqual({ result: ok(full), slept: [], asked: [undefined] });
    expect(await follow([empty()], 0)).toMatchObject({ result: ok(empty()), slept: [] });
  });

  test("asks again after pauses that grow to a second, until its time is over", async () => {
    const { slept, result } = await follow([], 5);
    expect(slept).toEqual([50, 100, 200, 400, 800, 1_000, 1_000, 1_000, 450]);
    expect(result).toEqual(ok(empty()));
  });

  test("goes on from where an empty page ended", async () => {
    const { asked, result } = await follow([empty("place"), empty(), full], 5);
    expect(asked).toEqual([undefined, "place", "place"]);
    expect(result).toEqual(ok(full));
  });
});

test("a payment's state is made from its record alone", () => {
  const event = storedDecision({ wallet, card }, 10);
  const { authorization } = JSON.parse(event.dataText);
  const place = { organizationId, consumed: [], decisionSequence: 3, sequence: 3 };
  expect(authorizationState(authorization, place)).toMatchObject({ held: 10n, sequence: 3 });
});
