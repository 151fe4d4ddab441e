import type { EventType } from "../../src/domain/wallets/model/event.ts";

const types: { readonly [Type in EventType]: true } = {
  "wallet.created": true,
  "wallet.updated": true,
  "wallet.frozen": true,
  "wallet.unfrozen": true,
  "wallet.closed": true,
  "wallet.deleted": true,
  "wallet.balance_low": true,
  "card.created": true,
  "card.updated": true,
  "card.frozen": true,
  "card.unfrozen": true,
  "card.terminated": true,
  "card.replaced": true,
  "card.deleted": true,
  "deposit.booked": true,
  "withdrawal.booked": true,
  "transfer.sent": true,
  "transfer.received": true,
  "authorization.approved": true,
  "authorization.declined": true,
  "authorization.incremented": true,
  "authorization.increment_declined": true,
  "authorization.captured": true,
  "authorization.forced": true,
  "authorization.reversed": true,
  "authorization.expired": true,
  "authorization.refunded": true,
  "refund.booked": true,
};

/** Every type of event there is: what claims to cover all of them cannot forget a new one. */
export const everyEventType = Object.keys(types) as readonly EventType[];
