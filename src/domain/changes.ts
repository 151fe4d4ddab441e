import type { Freshness } from "./freshness.ts";
import { ok, type Refused, type Result, refuse, replayed } from "./result.ts";

/** How a store answers a creation; `By` is the closed list of what can stand in its way. */
export type Creation<T, By extends string = never> =
  | ({ readonly outcome: "created" | "replayed"; readonly value: T } & Wrote)
  | { readonly outcome: "key_reused" }
  | Hindered<By>;

/** How a store answers an update or a deletion. */
export type Change<T, By extends string = never> =
  | ({ readonly outcome: "changed"; readonly value: T } & Wrote)
  | { readonly outcome: "not_found" }
  | Hindered<By>;

/** What a reader must see to see a change. */
export interface Wrote {
  readonly written?: Freshness;
}

export interface Hindered<By extends string> {
  readonly outcome: "hindered";
  readonly by: By;
}

export const hindered = <By extends string>(by: By): Hindered<By> => ({ outcome: "hindered", by });

/** A creation as a verb's result; `explain` words the refusal of each hindrance. */
export const creationResult = <T, By extends string>(
  creation: Creation<T, By>,
  explain: (by: By) => Refused,
): Result<T> => {
  switch (creation.outcome) {
    case "created":
      return ok(creation.value, creation.written);
    case "replayed":
      return replayed(creation.value, creation.written);
    case "key_reused":
      return refuse(
        "idempotency_key_reused",
        "The idempotency key was used before, for another request.",
      );
    case "hindered":
      return explain(creation.by);
  }
};

/** An update as a verb's result; `resource` completes "There is no such ...". */
export const changeResult = <T, By extends string>(
  change: Change<T, By>,
  resource: string,
  explain: (by: By) => Refused,
): Result<T> => {
  switch (change.outcome) {
    case "changed":
      return ok(change.value, change.written);
    case "not_found":
      return notFound(resource);
    case "hindered":
      return explain(change.by);
  }
};

/** Also what another organization's resource reads as. */
export const notFound = (resource: string): Refused =>
  refuse("not_found", `There is no such ${resource}.`);

/** Says where in the request the id stands that names nothing; a refusal that says so already stays. */
export const atPointer = <T>(result: Result<T>, pointer: string): Result<T> => {
  if (result.ok || result.refusal.code !== "not_found" || result.refusal.errors) return result;
  const { detail } = result.refusal;
  return refuse("not_found", detail, [{ pointer, detail }]);
};

/** A read as a verb's result. */
export const foundResult = <T>(value: T | null, resource: string): Result<T> =>
  value === null ? notFound(resource) : ok(value);
