import { expect, test } from "vitest";
import { type Command, deposit } from "./commands.ts";
import { type Books, judge, type LoggedEvent } from "./judge.ts";
import type { Answer, Told } from "./testimony.ts";

const here = "wallet-1";
const there = "wallet-2";

const acknowledged = (data: unknown, replayed = false): Answer => ({
  kind: "acknowledged",
  data,
  replayed,
  at: 0,
});
const refused: Answer = { kind: "refused", code: "insufficient_funds", passing: false };
const busy: Answer = { kind: "refused", code: "wallet_busy", passing: true };
const unknown: Answer = { kind: "unknown", why: "no answer in time" };

const event = (
  walletId: string,
  sequence: number,
  type: string,
  key: string | null,
  data: LoggedEvent["data"],
): LoggedEvent => ({ walletId, sequence, type, key, data });

const transfer = { id: "transfer-1", fromWalletId: here, toWalletId: there, amount: 30 };
const transferring: Command = {
  kind: "transfer",
  key: "moved",
  walletId: here,
  path: "/v1/transfers",
  body: { fromWalletId: here, toWalletId: there, amount: 30 },
};
const paid = { id: "payment-1", cardId: "card-1", approved: true, amount: 40, requestedAmount: 40 };
const paying: Command = {
  kind: "authorization",
  key: "paid",
  walletId: here,
  path: "/v1/authorizations",
  body: { cardId: "card-1", amount: 40 },
};
const taken = { id: "capture-1", amount: 25, final: true };
const capturing: Command = {
  kind: "capture",
  key: "taken",
  walletId: here,
  path: "/v1/authorizations/payment-1/captures",
  body: { amount: 25, final: true },
};
const made = (amount: number) => ({ id: `deposit-${amount}`, amount });

/** A small run in which every promise was kept. */
const told = (): Told[] => [
  { command: deposit(here, 100, "in"), answers: [unknown, acknowledged(made(100), true)] },
  { command: transferring, answers: [acknowledged(transfer), acknowledged(transfer, true)] },
  { command: paying, answers: [busy, acknowledged(paid)] },
  { command: capturing, answers: [acknowledged({ ...taken, authorization: paid })] },
  { command: deposit(here, 1, "refused"), answers: [refused] },
  { command: deposit(here, 2, "unheard"), answers: [unknown, refused] },
  { command: deposit(here, 3, "lost"), answers: [unknown] },
];

const events = (): LoggedEvent[] => [
  event(here, 1, "deposit.booked", "in", { deposit: made(100) }),
  event(here, 2, "transfer.sent", "moved", { transfer }),
  event(there, 1, "transfer.received", null, { transfer }),
  event(here, 3, "authorization.approved", "paid", { authorization: paid }),
  event(here, 4, "authorization.captured", "taken", { capture: taken, authorization: paid }),
  event(here, 5, "deposit.booked", "unheard", { deposit: made(2) }),
];

const balances = new Map([
  [here, { available: 47, held: 0 }],
  [there, { available: 30, held: 0 }],
]);

const judged = (
  change: (told: Told[], events: LoggedEvent[]) => void,
  books?: Books["balances"],
) => {
  const [tales, log] = [told(), events()];
  change(tales, log);
  return judge(tales, { events: log, balances: books ?? balances });
};

test("a run in which every promise was kept, with one effect that nobody was told of", () => {
  expect(judged(() => {})).toEqual({ breaches: [], unheard: 1 });
});

const answersOf = (tales: Told[], key: string): Answer[] =>
  tales.find(({ command }) => command.key === key)?.answers ?? [];

const again = (log: LoggedEvent[], sequence: number, key: string | null): number =>
  log.push(event(there, sequence, "deposit.booked", key, { deposit: made(100) }));

const broken: Readonly<Record<string, (told: Told[], events: LoggedEvent[]) => unknown>> = {
  "deposit in took effect 2 times": (_, log) => again(log, 2, "in"),
  "deposit in was acknowledged, and is not there": (_, log) => log.shift(),
  "deposit unheard was refused, and took effect": (tales) => answersOf(tales, "unheard").shift(),
  "deposit lost is not what was asked for": (_, log) => again(log, 2, "lost"),
  "is in the log of wallet wallet-2": (_, log) => again(log, 2, "lost"),
  "deposit in became withdrawal.booked": (_, log) =>
    log.splice(0, 1, event(here, 1, "withdrawal.booked", "in", { deposit: made(100) })),
  "was answered with other than what is there": (tales) =>
    answersOf(tales, "taken").push(acknowledged({ ...taken, authorization: null }, true)),
  "transfer moved was answered 2 times as if for the first time": (tales) =>
    answersOf(tales, "moved").push(acknowledged(transfer)),
  "deposit.booked at wallet-2/2 was never asked for": (_, log) => again(log, 2, null),
  "transfer transfer-1 has 1 events": (_, log) => log.splice(2, 1),
  "transfer transfer-1 has 2 events": (_, log) =>
    log.splice(
      2,
      1,
      event(there, 1, "transfer.received", null, { transfer: { ...transfer, amount: 31 } }),
    ),
  'wallet wallet-2 has {"available":30,"held":0}, and its events come to {"available":130,"held":0}':
    (_, log) => again(log, 2, null),
  "the key in was given to two commands": (tales) =>
    tales.push({ command: deposit(here, 100, "in"), answers: [unknown] }),
};

test.each(Object.entries(broken))("finds that %s", (breach, change) => {
  expect(judged((...all) => void change(...all)).breaches).toContainEqual(
    expect.stringContaining(breach),
  );
});

test("finds a balance that no event explains, and a wallet that is not there", () => {
  const off = new Map([[here, { available: 46, held: 1 }]]);
  expect(judged(() => {}, off).breaches).toHaveLength(2);
});
