import * as z from "zod";
import { amountOrZero, balance } from "./amount.ts";
import { time } from "./time.ts";

const maxCount = 1_000_000_000;

const count = z.int().min(0).max(maxCount).describe("Number of payments.");

/** Neither amount nor count would be a limit that says nothing; `null` says that there is none. */
const limit = z
  .strictObject({ amount: amountOrZero.exactOptional(), count: count.exactOptional() })
  .refine(
    (value) => value.amount !== undefined || value.count !== undefined,
    "Must have an amount, a count or both; use null for no limit",
  )
  .nullable();

const perTransaction = z.strictObject({ amount: amountOrZero }).nullable();

/** In a request: an absent window is unchanged (or the default), `null` removes its limit. */
export const limitsPatch = z
  .strictObject({
    perTransaction: perTransaction.optional(),
    day: limit.optional(),
    week: limit.optional(),
    month: limit.optional(),
    year: limit.optional(),
    lifetime: limit.optional(),
  })
  .meta({
    id: "LimitsPatch",
    description: "Spending limits: an absent window is unchanged, null removes its limit.",
  });

const limitView = z
  .object({ amount: z.int().exactOptional(), count: z.int().exactOptional() })
  .nullable();

/** In an answer: every window, `null` where there is no limit. */
export const limitsView = z
  .object({
    perTransaction: limitView,
    day: limitView,
    week: limitView,
    month: limitView,
    year: limitView,
    lifetime: limitView,
  })
  .meta({ id: "Limits", description: "Spending limits; null is no limit." });

const counted = z.object({ amount: balance, count: z.int() });

const headroom = z.object({ amount: balance.nullable(), count: z.int().nullable() });

const windowReport = z.object({
  limit: headroom,
  spent: counted,
  remaining: headroom,
  resetsAt: time.nullable().describe("When counting begins anew; null of a lifetime."),
});

/** How far limits are used, window by window. */
export const limitsReport = z.object({
  timezone: z.string(),
  perTransaction: z.object({ amount: balance.nullable() }),
  windows: z.object({
    day: windowReport,
    week: windowReport,
    month: windowReport,
    year: windowReport,
    lifetime: windowReport,
  }),
});
