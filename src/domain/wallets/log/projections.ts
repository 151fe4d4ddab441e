import type { AuthorizationRecord } from "../model/authorization.ts";
import type { DraftEvent } from "../model/event.ts";
import type { OperationKind } from "../ports.ts";

/** Whose movement a posting is: what the journal says beside the amounts. */
export interface PostingSource {
  readonly id: string;
  readonly currency: string;
  readonly cardId: string | null;
  readonly reference: string | null;
  /** `null` is when it is booked. */
  readonly effectiveAt: string | null;
}

export const sourceOf = (event: DraftEvent): PostingSource => {
  switch (event.type) {
    case "deposit.booked":
      return { ...event.data.deposit, cardId: null };
    case "withdrawal.booked":
      return { ...event.data.withdrawal, cardId: null };
    case "transfer.sent":
    case "transfer.received":
      return { ...event.data.transfer, cardId: null };
    case "authorization.approved":
    case "authorization.incremented":
    case "authorization.captured":
    case "authorization.forced":
    case "authorization.reversed":
    case "authorization.expired":
      return ofPayment(event.data.authorization);
    case "authorization.refunded":
    case "refund.booked":
      return { ...event.data.refund, effectiveAt: null };
    default:
      throw new Error(`${event.type} books nothing`);
  }
};

const ofPayment = ({ id, currency, cardId }: AuthorizationRecord): PostingSource => ({
  id,
  currency,
  cardId,
  reference: null,
  effectiveAt: null,
});

/** A movement or a later act of a payment as it was answered: what `operations` keeps. */
export interface OperationRecord {
  readonly kind: OperationKind;
  readonly id: string;
  readonly authorizationId: string | null;
  readonly record: object;
}

/** The operation that an event is of, if it is of one. */
export const operationOf = (event: DraftEvent): OperationRecord | undefined => {
  switch (event.type) {
    case "deposit.booked":
      return operation("deposit", event.data.deposit);
    case "withdrawal.booked":
      return operation("withdrawal", event.data.withdrawal);
    case "transfer.sent":
      return operation("transfer", event.data.transfer);
    case "authorization.incremented":
    case "authorization.increment_declined":
      return operation("increment", event.data.increment);
    case "authorization.captured":
    case "authorization.forced":
      return operation("capture", event.data.capture);
    case "authorization.reversed":
      return operation("reversal", event.data.reversal);
    case "authorization.refunded":
    case "refund.booked":
      return operation("refund", event.data.refund);
    default:
      return undefined;
  }
};

const operation = (
  kind: OperationKind,
  record: { readonly id: string; readonly authorizationId?: string | null },
): OperationRecord => ({
  kind,
  id: record.id,
  authorizationId: record.authorizationId ?? null,
  record,
});
