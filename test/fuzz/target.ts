import type { Attempt, Twist } from "./attempt.ts";
import type { Pool } from "./pool.ts";

/** Where a request goes: a path and the lines of its query, as they are sent. */
export interface Target {
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
}

export const targetText = ({ path, query }: Target): string =>
  query.length === 0
    ? path
    : `${path}?${query.map(([name, value]) => `${name}=${value}`).join("&")}`;

type Of<On extends Twist["on"]> = Extract<Twist, { on: On }>;

const changedPath = (path: string, { change, at }: Of<"path">): string => {
  const parts = path.split("/");
  const index = 1 + (at % Math.max(1, parts.length - 1));
  const withPart = (part: (old: string) => string): string =>
    parts.map((old, place) => (place === index ? part(old) : old)).join("/");
  switch (change) {
    case "trailing slash":
      return `${path}/`;
    case "doubled slash":
      return withPart((old) => `/${old}`);
    case "dot segments":
      return withPart((old) => `x/../${old}`);
    case "encoded dot segments":
      return withPart((old) => `%2e%2e/${old}`);
    case "encoded slash":
      return withPart((old) => `..%2f..%2f${old}`);
    case "encoded letter":
      return withPart((old) => `%${old.charCodeAt(0).toString(16)}${old.slice(1)}`);
    case "upper case":
      return withPart((old) => old.toUpperCase());
    case "suffix":
      return `${path}.json`;
    case "matrix parameter":
      return withPart((old) => `${old};admin=true`);
    case "NUL":
      return withPart((old) => `${old}%00`);
    case "bad percent":
      return withPart((old) => `${old}%`);
  }
};

/** What a cursor that nobody gave out could try. */
const forged = (pick: number): string => {
  const at = [
    { value: "2026-01-01T00:00:00.000Z", id: "00000000-0000-7000-8000-000000000000" },
    { value: "'; select 1", id: "x" },
    { value: "9".repeat(25), id: "00000000-0000-7000-8000-000000000000" },
    { value: null, id: null },
  ][pick % 4];
  const text = JSON.stringify({
    v: 1,
    o: "listUsers",
    p: {},
    s: "createdAt",
    d: "desc",
    f: {},
    at,
  });
  return Buffer.from(text).toString("base64url");
};

const tampered = (cursor: string, pick: number): string => {
  const at = pick % cursor.length;
  return cursor.slice(0, at) + (cursor[at] === "A" ? "B" : "A") + cursor.slice(at + 1);
};

/** Pages of the one who asks, and of somebody else. */
export interface Pages {
  readonly own: Pool;
  readonly foreign: Pool;
}

const withCursor = (
  target: Target,
  { source, pick }: Of<"cursor">,
  operation: string,
  pages: Pages,
): Target => {
  const own = (page: { operation: string }) => page.operation === operation;
  const page = pages.own.pickPage(pick, own);
  const adding = (cursor: string | undefined, to = target): Target =>
    cursor === undefined ? to : { ...to, query: [...to.query, ["cursor", cursor]] };
  switch (source) {
    case "same list":
      return page ? adding(page.next, parsed(page.target)) : target;
    case "other list":
      return adding(pages.own.pickPage(pick, (other) => !own(other))?.next);
    case "other order":
      return page
        ? adding(page.next, parsed(`${page.target.split("?")[0]}?sort=asc&limit=1`))
        : target;
    case "foreign list":
      return adding(pages.foreign.pickPage(pick, own)?.next);
    case "tampered":
      return page ? adding(tampered(page.next, pick), parsed(page.target)) : target;
    case "forged":
      return adding(forged(pick));
  }
};

const parsed = (text: string): Target => {
  const [path = "", query = ""] = text.split("?");
  const lines = query.split("&").filter((line) => line !== "");
  return {
    path,
    query: lines.map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name, value.join("=")];
    }),
  };
};

export const twisted = (plain: Target, { operation, twists }: Attempt, pages: Pages): Target => {
  let target = plain;
  for (const twist of twists) target = twistedOnce(target, twist, operation.id, pages);
  return target;
};

const twistedOnce = (target: Target, twist: Twist, operation: string, pages: Pages): Target => {
  const { path, query } = target;
  switch (twist.on) {
    case "query":
      return { path, query: [...query, [encodeURIComponent(twist.name), twist.value]] };
    case "doubled query": {
      const [name = "limit"] = query[twist.at % Math.max(1, query.length)] ?? [];
      return { path, query: [...query, [name, twist.value], [name, twist.value]] };
    }
    case "cursor":
      return withCursor(target, twist, operation, pages);
    case "path":
      return { path: changedPath(path, twist), query };
    default:
      return target;
  }
};
