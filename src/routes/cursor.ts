import * as z from "zod";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { PagePosition } from "../domain/page.ts";

/** What a cursor belongs to: it is refused by another list (also of another parent), order and filter. */
export interface CursorBinding {
  readonly operation: string;
  /** Of the path: a statement's cursor belongs to one wallet. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly sortBy: string;
  readonly sort: "asc" | "desc";
  readonly filters: Readonly<Record<string, unknown>>;
}

/** How a sort field's values look, so that a forged position never reaches the database. */
export type SortKind = "time" | "text" | "integer" | "place";

const version = 1;

const sealed = z.strictObject({
  v: z.literal(version),
  o: z.string(),
  p: z.record(z.string(), z.unknown()),
  s: z.string(),
  d: z.enum(["asc", "desc"]),
  f: z.record(z.string(), z.unknown()),
  at: z.strictObject({ value: z.string().max(1_000), id: z.uuid() }),
});

/** An opaque cursor: base64url of the JSON of what it belongs to and where the page ended. */
export const sealCursor = (binding: CursorBinding, at: PagePosition): string =>
  toBase64Url(
    JSON.stringify({
      v: version,
      o: binding.operation,
      p: binding.params,
      s: binding.sortBy,
      d: binding.sort,
      f: binding.filters,
      at: { value: at.value, id: at.id },
    }),
  );

/** The position in a cursor, or `null` if it is not one, or belongs to another list, order or filter. */
export const openCursor = (
  binding: CursorBinding,
  kind: SortKind,
  cursor: string,
): PagePosition | null => {
  const parsed = sealed.safeParse(fromBase64Url(cursor));
  if (!parsed.success) return null;
  const { o, p, s, d, f, at } = parsed.data;
  const same =
    o === binding.operation &&
    canonicalJson(p) === canonicalJson(binding.params) &&
    s === binding.sortBy &&
    d === binding.sort &&
    canonicalJson(f) === canonicalJson(binding.filters);
  return same && isValueOf[kind](at.value) ? at : null;
};

const timeForm = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}(:?\d{2})?)$/;

const isValueOf: Record<SortKind, (value: string) => boolean> = {
  time: (value) => {
    const date = timeForm.exec(value)?.[1];
    // PostgreSQL has no year 0, and JavaScript would take the 30th of February for a day in March.
    return date !== undefined && !date.startsWith("0000") && isDate(date) && isTime(value);
  },
  text: (value) => !value.includes("\u0000") && value.isWellFormed(),
  integer: (value) => /^-?\d{1,18}$/.test(value),
  // A transaction's number, which has 64 bits, and six digits for the place in it.
  place: (value) => /^\d{1,25}$/.test(value),
};

const isDate = (date: string): boolean => {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
};

/** PostgreSQL writes `+00` where ISO 8601 wants `+00:00`. */
const isTime = (value: string): boolean =>
  !Number.isNaN(Date.parse(value.replace(/([+-]\d{2})$/, "$1:00")));

const toBase64Url = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

const fromBase64Url = (cursor: string): unknown => {
  if (!/^[A-Za-z0-9_-]+$/.test(cursor)) return undefined;
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
};
