import { type Operation, operationOf } from "../support/contract.ts";
import { badIds } from "../support/hostile-values.ts";
import { purposeOf } from "../support/sample.ts";
import { type Attempt, type Caller, Reference, type Tree, type Twist } from "./attempt.ts";
import { bodyBytes, referencesIn } from "./body-text.ts";
import { callerOf, decidedBy, tokenOf, type World } from "./callers.ts";
import { fitsFor } from "./pool.ts";
import { type Pages, type Target, targetText, twisted } from "./target.ts";
import { expendable } from "./tenant.ts";
import type { WireRequest } from "./wire.ts";

/** A request as it is sent, with what is known of the answer beforehand. */
export interface Concrete {
  readonly sent: WireRequest;
  /** What it reaches, in whatever way its path is written. */
  readonly reached: Operation | undefined;
  readonly caller: Caller;
  /** The status that the credentials alone decide. */
  readonly status: number | undefined;
  /** The id of what its path names. */
  readonly parent: string | undefined;
}

/** Settles which ids an attempt names and who sends it. May make what the request is to end. */
export const concrete = async (
  attempt: Attempt,
  world: World,
  headers: WireRequest["headers"] = [],
): Promise<Concrete> => {
  const { operation, twists } = attempt;
  const ids = await settled(attempt, world);
  const id = (reference: Reference): string => ids.get(reference) ?? "";
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const reference = attempt.path[name];
    return reference ? id(reference) : name;
  });
  const pages: Pages = { own: world.own.pool, foreign: world.foreign.pool };
  const plain: Target = { path, query: queryOf(attempt, id) };
  const target = targetText(twisted(plain, attempt, pages));
  const caller = callerOf(twists);
  const method = twists.findLast((twist) => twist.on === "method")?.method ?? operation.method;
  const reached = reachedBy(method, target);
  const token = await tokenOf(caller, twists, world, reached ?? operation);
  const body = bodyBytes(attempt.body, twists, (reference) => inJson(id(reference)));
  const first = operation.pathParameters[0];
  const own = first === undefined ? undefined : attempt.path[first];
  return {
    sent: {
      method,
      target,
      headers: headersOf(attempt, token, body, headers),
      body,
    },
    reached,
    caller,
    status: decidedBy(caller, reached?.access),
    parent: own && id(own),
  };
};

/** What is percent-encoded in a path is a text like any other in JSON. */
const inJson = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The id of each reference, of those in its own path first: a parent is its child's. */
const settled = async (attempt: Attempt, world: World): Promise<Map<Reference, string>> => {
  const { operation, path, query, body, twists } = attempt;
  const inPath = operation.pathParameters.flatMap((name) => path[name] ?? []);
  const all = [...inPath, ...referencesIn(Object.values(query)), ...referencesIn(body)];
  const put = twists.flatMap((twist) =>
    twist.on === "member" && "value" in twist.change ? referencesIn(twist.change.value) : [],
  );
  const ids = new Map<Reference, string>();
  const [parent, child] = inPath;
  for (const [index, reference] of [...all, ...put].entries()) {
    const twist = twists.findLast(
      (one) => one.on === "reference" && one.at % Math.max(1, all.length) === index,
    ) as Extract<Twist, { on: "reference" }> | undefined;
    const asked = twist ? new Reference(reference.resource, twist.pick, twist.kin) : reference;
    if (reference === parent && child && !twist) {
      const known = world.own.pool.pick(child.resource, child.pick, () => true);
      ids.set(reference, known?.parent ?? (await idOf(asked, operation, world, true)));
    } else {
      ids.set(reference, await idOf(asked, operation, world, reference === parent));
    }
  }
  return ids;
};

const idOf = async (
  { resource, pick, kin }: Reference,
  operation: Operation,
  { own, foreign }: World,
  isMain: boolean,
): Promise<string> => {
  switch (kin) {
    case "own": {
      // What is ended is mostly something new, so that it can be.
      const ends =
        purposeOf(operation) === "delete" && (isMain || operation.pathParameters.length === 0);
      if (ends && pick % 4 !== 0) return expendable(own, operation, resource);
      const known = own.pool.pick(resource, pick, fitsFor(operation.id, resource));
      return known?.id ?? nobodys(pick);
    }
    case "foreign":
      return foreign.pool.pick(resource, pick, () => true)?.id ?? nobodys(pick);
    case "deleted":
      return own.pool.pickDeleted(resource, pick) ?? nobodys(pick);
    case "unknown":
      return nobodys(pick);
    case "malformed":
      return badIds[pick % badIds.length] ?? "";
  }
};

const nobodys = (pick: number): string =>
  `0192b6a0-0000-7000-8000-${pick.toString(16).padStart(12, "0")}`;

const queryOf = (
  { query }: Attempt,
  id: (reference: Reference) => string,
): (readonly [string, string])[] =>
  Object.entries(query).map(([name, value]: [string, Tree]) => [
    name,
    value instanceof Reference ? id(value) : encodeURIComponent(String(value)),
  ]);

/** What the server makes of a path: as URLs are resolved, and with letters that were encoded. */
const reachedBy = (method: string, target: string): Operation | undefined => {
  const { pathname } = new URL(target, "http://purser.invalid");
  let path = pathname;
  try {
    path = decodeURI(pathname);
  } catch {
    // Stays as it is, there as here.
  }
  return operationOf(method === "HEAD" ? "GET" : method, path);
};

const headersOf = (
  { twists, accept }: Attempt,
  token: string | undefined,
  body: Uint8Array | undefined,
  more: WireRequest["headers"],
): WireRequest["headers"] => {
  const given: (readonly [string, string])[] = [
    ...(token === undefined ? [] : [["Authorization", `Bearer ${token}`] as const]),
    ...(body === undefined ? [] : [["Content-Type", "application/json"] as const]),
    ...(accept === undefined ? [] : [["Accept", accept] as const]),
    ...more,
  ];
  return twists.reduce((lines, twist) => {
    if (twist.on !== "header") return lines;
    const { name, value, doubled } = twist;
    const kept = doubled
      ? lines
      : lines.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
    return [...kept, [name, value] as const];
  }, given);
};
