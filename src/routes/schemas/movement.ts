import { z } from "zod";
import type { RefusalCode } from "../../domain/result.ts";
import { amount } from "./amount.ts";
import { metadata } from "./metadata.ts";
import { text } from "./text.ts";

export const movementFields = {
  amount,
  reference: text(200).nullable().optional(),
  metadata: metadata
    .nullable()
    .optional()
    .transform((value) => value ?? undefined),
};

export const movementBody = z.strictObject(movementFields);

/** What every command of a wallet can be refused for. */
export const busy: RefusalCode[] = [
  "idempotency_key_reused",
  "wallet_busy",
  "overloaded",
  "outcome_unknown",
];
