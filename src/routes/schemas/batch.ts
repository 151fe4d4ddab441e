import * as z from "zod";
import type { BatchOutcome } from "../../domain/wallets/verbs/batch.ts";
import { problemKinds } from "../problem.ts";

const mostItems = 1_000;

const itemKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "Must be 1 to 200 visible ASCII characters")
  .optional()
  .describe("The item's own idempotency key; else its place under the request's key.");

/** Up to 1,000 items, each with an outcome of its own, or together or not at all. */
export const batchBody = <Shape extends z.ZodRawShape>(item: z.ZodObject<Shape>) =>
  z.strictObject({
    items: z
      .array(z.strictObject({ ...item.shape, idempotencyKey: itemKey }))
      .min(1)
      .max(mostItems),
    atomic: z.boolean().optional().describe("All items or none."),
  });

const itemProblem = z.object({
  status: z.int(),
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string().exactOptional(), detail: z.string() })),
});

/** One outcome an item, in order: what the item alone would have been answered. */
export const batchAnswer = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(
      z.object({
        status: z.int().describe("What the item alone would have been answered with."),
        replayed: z.boolean(),
        data: item.nullable(),
        problem: itemProblem.nullable(),
      }),
    ),
  });

export const toBatchAnswer = <Value>(outcomes: readonly BatchOutcome<Value>[]) => ({
  items: outcomes.map((outcome) => {
    if (outcome.ok) {
      return { status: 201, replayed: outcome.replayed, data: outcome.value, problem: null };
    }
    const { code, detail, errors = [] } = outcome.refusal;
    const { status, title } = problemKinds[code];
    return {
      status,
      replayed: false,
      data: null,
      problem: { status, code, title, detail, errors },
    };
  }),
});
