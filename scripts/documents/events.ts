import type { EventData, EventType } from "../../src/domain/wallets/model/event.ts";
import { events } from "./story.ts";
import { table } from "./table.ts";

/** When each happens. A new type does not compile until it is here. */
const happenings: Readonly<Record<EventType, string>> = {
  "wallet.created": "A wallet was opened.",
  "wallet.updated": "Its name, zone, limits, controls, metadata or threshold changed.",
  "wallet.frozen": "Nothing can leave it any more.",
  "wallet.unfrozen": "It can be used again.",
  "wallet.closed": "It was closed for good, and its cards terminated.",
  "wallet.deleted": "It was closed and hidden, and its cards with it.",
  "wallet.balance_low": "What is available fell below the wallet's threshold.",
  "card.created": "A card was added; `usage` where it takes another one's place.",
  "card.updated": "Its holder, name, limits, controls or metadata changed.",
  "card.frozen": "It declines until it is unfrozen.",
  "card.unfrozen": "It can be used again.",
  "card.terminated": "It is over, for good.",
  "card.replaced": "It is over, and another one (`replacedBy`) goes on for it.",
  "card.deleted": "It is over, and hidden.",
  "deposit.booked": "Money came in.",
  "withdrawal.booked": "Money left.",
  "transfer.sent": "Money went to another wallet.",
  "transfer.received": "Money came from another wallet: the other half of `transfer.sent`.",
  "authorization.approved": "A card payment was approved, wholly or in part.",
  "authorization.declined": "A card payment was declined.",
  "authorization.incremented": "More of it is held.",
  "authorization.increment_declined": "More was asked for, and declined.",
  "authorization.captured": "The merchant took money of it, in time or late.",
  "authorization.forced": "The network took a payment that nobody had authorized.",
  "authorization.reversed": "The merchant gave back what was held, or a part.",
  "authorization.expired": "Its hold was released, because its time was over.",
  "authorization.refunded": "The merchant returned money of it.",
  "refund.booked": "A merchant returned money without naming a payment.",
};

type Fields<T> = T extends unknown ? keyof T : never;
type DataField = Fields<EventData[EventType]>;

/** What each member of the data says. A new member does not compile until it is here. */
const meanings: Readonly<Record<DataField, string>> = {
  wallet: "The wallet after it, as `GET /v1/wallets/{id}` shows it.",
  walletId: "The wallet.",
  available: "What is available now.",
  threshold: "The wallet's `lowBalanceThreshold`.",
  card: "The card after it, as `GET /v1/cards/{id}` shows it.",
  usage: "What the card that it replaces has spent, window by window.",
  reason: "Why it was replaced.",
  deposit: "The deposit, as it was answered.",
  withdrawal: "The withdrawal, as it was answered.",
  transfer: "The transfer, as it was answered.",
  authorization: "The payment after it, as `GET /v1/authorizations/{id}` shows it.",
  increment: "The increment, as it was answered, without the payment.",
  capture: "The capture, in the same way.",
  reversal: "The reversal, in the same way.",
  refund: "The refund, in the same way.",
  postings: "What it books, in order, each with the balances after it.",
  consumed:
    "What it took of the limits: amount, number of payments, and the first day of each window.",
  returned: "What it gave back, in the windows that it was taken from, last in, first out.",
  evidence: "What each control said: `[control, passed, limit, used]`.",
  previous: "The sequence of the payment's event before this one.",
};

export const exampleFields = (): ReadonlyMap<EventType, ReadonlySet<string>> => {
  const fields = new Map<EventType, Set<string>>();
  for (const { type, data } of events()) {
    const known = fields.get(type) ?? new Set();
    for (const [name, value] of Object.entries(data)) if (value !== undefined) known.add(name);
    fields.set(type, known);
  }
  return fields;
};

const inOrder = Object.keys(meanings);

export const eventTable = (): string => {
  const fields = exampleFields();
  return table(
    ["type", "what happened", "data"],
    Object.entries(happenings).map(([type, happening]) => {
      const own = fields.get(type as EventType) ?? new Set();
      const names = inOrder.filter((name) => own.has(name)).map((name) => `\`${name}\``);
      return [`\`${type}\``, happening, names.join(" ")];
    }),
  );
};

export const fieldTable = (): string =>
  table(
    ["data", "what it says"],
    Object.entries(meanings).map(([name, meaning]) => [`\`${name}\``, meaning]),
  );

export const documentedTypes = Object.keys(happenings) as readonly EventType[];
export const documentedFields = inOrder;
