import * as z from "zod";
import type { Usage } from "../../domain/wallets/model/usage.ts";

/** Usage as stored: `[start, amount, count]` a window; amounts are text, since sums can pass 2^53. */
export const usageToJson = (usage: Usage) => ({
  day: windowToJson(usage.day),
  week: windowToJson(usage.week),
  month: windowToJson(usage.month),
  year: windowToJson(usage.year),
  lifetime: windowToJson(usage.lifetime),
});

const windowToJson = (used: Usage["day"]) => [used.start, used.amount.toString(), used.count];

const window = z
  .tuple([z.string(), z.string().regex(/^\d+$/), z.int()])
  .transform(([start, amount, count]) => ({ start, amount: BigInt(amount), count }));

export const usageFromJson = z.object({
  day: window,
  week: window,
  month: window,
  year: window,
  lifetime: window,
});
