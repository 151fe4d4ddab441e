import * as z from "zod";
import type { PageRequest } from "../domain/page.ts";
import type { SortKind } from "./cursor.ts";

export const maxSkip = 10_000;
export const maxLimit = 100;
export const defaultLimit = 10;
const maxCursorLength = 4_000;

/** Digits only: `1e3`, `0x10`, `+5` and ` 5` are not what anyone means by a page size. */
const wholeNumber = (min: number, max: number, fallback: number, description: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, "Must be a whole number")
    .transform(Number)
    .refine((value) => value >= min && value <= max, `Must be from ${min} to ${max}`)
    .default(fallback)
    .meta({ type: "integer", minimum: min, maximum: max, default: fallback, description });

const limit = wholeNumber(1, maxLimit, defaultLimit, "The size of the page.");
const cursor = z.string().min(1).max(maxCursorLength).optional();

/** The same in every list, and made once: schemas are most of what an isolate's start takes. */
const paging = {
  sort: z.enum(["asc", "desc"]).default("desc").describe("Descending, newest first, by default."),
  limit,
  skip: wholeNumber(0, maxSkip, 0, "How many to leave out; deeper pages use `cursor`."),
  cursor: cursor.describe("`meta.page.next` of the page before, with the same order and filters."),
};

/** A validated list request. The wrapper in operation.ts opens `cursor` and puts its position into `page.after`. */
export interface ListRequest<Field extends string, Filters> {
  readonly page: PageRequest<Field>;
  readonly filters: Filters;
  readonly cursor: string | undefined;
  /** How the values of `page.sortBy` look in a cursor. */
  readonly sortKind: SortKind;
}

/**
 * The query of a list: `sortBy` from the allow-list (its first field is the
 * default), newest first by default, `limit`, `skip`, `cursor` and the list's own
 * filters. Unknown parameters are refused.
 *
 *     const query = listQuery({ createdAt: "time", name: "text" }, { teamId: id.optional() });
 *     operation(..., { query, success: { status: 200, list: walletSchema } },
 *       ({ actor, query }) => wallets.listWallets(actor, query.page, query.filters));
 */
export const listQuery = <
  Field extends string,
  Filters extends z.ZodRawShape = Record<never, never>,
>(
  sortFields: Readonly<Record<Field, SortKind>>,
  filters: Filters = {} as Filters,
): z.ZodType<ListRequest<Field, z.output<z.ZodObject<Filters>>>> => {
  const fields = Object.keys(sortFields) as [Field, ...Field[]];
  const schema = z.strictObject({
    ...filters,
    sortBy: z.enum(fields).default(fields[0]).describe("The field to sort by."),
    ...paging,
  });
  return (schema as unknown as z.ZodType<RawListQuery<Field>>)
    .refine((query) => query.cursor === undefined || query.skip === 0, {
      path: ["skip"],
      message: "Cannot be combined with a cursor",
    })
    .transform(({ sortBy, sort, limit, skip, cursor, ...rest }) => ({
      page: { sortBy, sort, limit, skip },
      filters: rest as z.output<z.ZodObject<Filters>>,
      cursor,
      sortKind: sortFields[sortBy],
    }));
};

/** What every list query has, whatever its filters. */
interface RawListQuery<Field extends string> {
  readonly sortBy: Field;
  readonly sort: "asc" | "desc";
  readonly limit: number;
  readonly skip: number;
  readonly cursor?: string | undefined;
}

/** The longest that a reader may wait for something to happen. */
const maxWaitSeconds = 30;

/** The query of a feed: oldest first, from a cursor on, which every page gives; `wait` is a long poll. */
export const feedQuery = <Filters extends z.ZodRawShape>(
  filters: Filters,
): z.ZodType<
  ListRequest<"position", z.output<z.ZodObject<Filters>>> & { readonly wait: number }
> => {
  const schema = z.strictObject({
    ...filters,
    limit,
    cursor: cursor.describe("`meta.page.next` of the page before, with the same filters."),
    wait: wholeNumber(0, maxWaitSeconds, 0, "Seconds to wait for something to happen."),
  });
  return (schema as unknown as z.ZodType<RawFeedQuery>).transform(
    ({ limit, cursor, wait, ...rest }) => ({
      page: { sortBy: "position" as const, sort: "asc" as const, limit, skip: 0 },
      filters: rest as z.output<z.ZodObject<Filters>>,
      cursor,
      sortKind: "place" as const,
      wait,
    }),
  );
};

interface RawFeedQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly wait: number;
}
