import type { Actor } from "../../actor.ts";
import { atPointer } from "../../changes.ts";
import { laneKeyOf } from "../../ids.ts";
import type { Result } from "../../result.ts";
import type { AuthorizationRecord, MerchantAmount } from "../model/authorization.ts";
import type {
  CaptureRecord,
  IncrementRecord,
  RefundRecord,
  ReversalRecord,
} from "../model/event.ts";
import type { Metadata } from "../model/wallet.ts";
import { merchantOf, type NewAuthorization } from "./authorize.ts";
import { type CommandPorts, execute } from "./command.ts";

/** What became of a payment, with the payment as it is after it. */
export type WithAuthorization<Act> = Act & { readonly authorization: AuthorizationRecord };

export interface NewIncrement {
  readonly amount: number;
  readonly metadata?: Metadata | undefined;
}

/** Asks to hold more. A decline is an outcome: `approved` is false and the payment unchanged. */
export const increment =
  (ports: CommandPorts) =>
  async (
    actor: Actor,
    authorizationId: string,
    input: NewIncrement,
  ): Promise<Result<WithAuthorization<IncrementRecord>>> => {
    const result = await execute(
      ports,
      actor,
      {
        kind: "increment",
        id: idBeside(ports, authorizationId),
        authorizationId,
        amount: input.amount,
        metadata: input.metadata ?? {},
      },
      ["authorization.incremented", "authorization.increment_declined"],
    );
    if (!result.ok) return result;
    const { increment: made, authorization } = result.value;
    return { ...result, value: { ...made, authorization } };
  };

export interface NewCapture {
  /** Absent: all that is held, or after expiry all that was not captured. */
  readonly amount?: number | undefined;
  readonly final?: boolean | undefined;
  readonly metadata?: Metadata | undefined;
}

export const capture =
  (ports: CommandPorts) =>
  async (
    actor: Actor,
    authorizationId: string,
    input: NewCapture,
  ): Promise<Result<WithAuthorization<CaptureRecord>>> => {
    const result = await execute(
      ports,
      actor,
      {
        kind: "capture",
        id: idBeside(ports, authorizationId),
        authorizationId,
        amount: input.amount ?? null,
        final: input.final ?? true,
        tolerances: actor.settings.payments.captureTolerances,
        metadata: input.metadata ?? {},
      },
      ["authorization.captured"],
    );
    if (!result.ok) return result;
    const { capture: made, authorization } = result.value;
    return { ...result, value: { ...made, authorization } };
  };

export interface NewForcedCapture {
  readonly cardId: string;
  readonly amount: number;
  readonly merchant?: NewAuthorization["merchant"];
  readonly merchantAmount?: MerchantAmount | undefined;
  readonly metadata?: Metadata | undefined;
}

/** Books a payment that the network presents without an authorization; it cannot be refused. */
export const forceCapture =
  (ports: CommandPorts) =>
  async (
    actor: Actor,
    input: NewForcedCapture,
  ): Promise<Result<WithAuthorization<CaptureRecord>>> => {
    const result = await execute(
      ports,
      actor,
      {
        kind: "force_capture",
        id: idBeside(ports, input.cardId),
        captureId: idBeside(ports, input.cardId),
        cardId: input.cardId,
        amount: input.amount,
        merchant: merchantOf(input.merchant),
        merchantAmount: input.merchantAmount ?? null,
        metadata: input.metadata ?? {},
      },
      ["authorization.forced"],
    );
    if (!result.ok) return atPointer(result, "/cardId");
    const { capture: made, authorization } = result.value;
    return { ...result, value: { ...made, authorization } };
  };

export interface NewReversal {
  /** Absent: all that is held. */
  readonly amount?: number | undefined;
  readonly metadata?: Metadata | undefined;
}

export const reverse =
  (ports: CommandPorts) =>
  async (
    actor: Actor,
    authorizationId: string,
    input: NewReversal,
  ): Promise<Result<WithAuthorization<ReversalRecord>>> => {
    const result = await execute(
      ports,
      actor,
      {
        kind: "reverse",
        id: idBeside(ports, authorizationId),
        authorizationId,
        amount: input.amount ?? null,
        metadata: input.metadata ?? {},
      },
      ["authorization.reversed"],
    );
    if (!result.ok) return result;
    const { reversal, authorization } = result.value;
    return { ...result, value: { ...reversal, authorization } };
  };

/** Linked to a payment, or to a card alone. */
export type NewRefund = (
  | { readonly authorizationId: string }
  | { readonly cardId: string; readonly merchant?: NewAuthorization["merchant"] }
) & {
  readonly amount: number;
  readonly reference?: string | null | undefined;
  readonly metadata?: Metadata | undefined;
};

/** `authorization` is `null` of a refund that names none. */
export type RefundAnswer = RefundRecord & { readonly authorization: AuthorizationRecord | null };

export const refund =
  (ports: CommandPorts) =>
  async (actor: Actor, input: NewRefund): Promise<Result<RefundAnswer>> => {
    const shared = {
      id: idBeside(ports, "authorizationId" in input ? input.authorizationId : input.cardId),
      amount: input.amount,
      reference: input.reference ?? null,
      metadata: input.metadata ?? {},
    };
    const result = await execute(
      ports,
      actor,
      "authorizationId" in input
        ? { kind: "refund", authorizationId: input.authorizationId, ...shared }
        : {
            kind: "refund_card",
            cardId: input.cardId,
            merchant: merchantOf(input.merchant),
            ...shared,
          },
      ["authorization.refunded", "refund.booked"],
    );
    if (!result.ok) {
      return atPointer(result, "authorizationId" in input ? "/authorizationId" : "/cardId");
    }
    const authorization = "authorization" in result.value ? result.value.authorization : null;
    return { ...result, value: { ...result.value.refund, authorization } };
  };

/** An id in the lane of what it belongs to. */
const idBeside = (ports: CommandPorts, id: string): string => ports.ids.withLane(laneKeyOf(id));
