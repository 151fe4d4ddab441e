import * as z from "zod";
import type { RefusalCode } from "../../domain/result.ts";
import { amount } from "./amount.ts";
import { id } from "./id.ts";
import { metadata } from "./metadata.ts";
import { text } from "./text.ts";
import { timeInput } from "./time.ts";

export const movementFields = {
  amount,
  reference: text(200).nullable().optional(),
  metadata: metadata
    .nullable()
    .optional()
    .transform((value) => value ?? undefined),
  effectiveAt: timeInput
    .optional()
    .describe("When it counts for reports; not in the future. It orders reports, not balances."),
  corrects: id
    .optional()
    .describe("The earlier movement that this one corrects: nothing is ever edited."),
};

export const movementBody = z.strictObject(movementFields);

/** What every command of a wallet can be refused for. */
export const busy: RefusalCode[] = [
  "wallet_closed",
  "idempotency_key_reused",
  "wallet_busy",
  "overloaded",
  "outcome_unknown",
];
