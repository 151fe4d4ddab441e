import type * as z from "zod";
import type { ProblemError } from "./problem.ts";

type Issue = z.core.$ZodIssue;

const maxErrors = 20;
/** The longest name that can be right, of a metadata key. An API key does not fit. */
const maxKeyLength = 40;

/** What a card number looks like, however it is spaced. */
const cardNumbers = /\d(?:[ -]?\d){11,}/g;

/** The issues of a body as `errors[]` of the problem, each with an RFC 6901 pointer; unknown fields are named. */
export const bodyErrors = (issues: readonly Issue[]): ProblemError[] =>
  flatten(issues, []).map(({ path, detail }) => ({ pointer: toPointer(path), detail }));

/** The issues of a query as `errors[]`, each naming its parameter. */
export const queryErrors = (issues: readonly Issue[]): ProblemError[] =>
  flatten(issues, []).map(({ path, detail }) => ({ parameter: shorten(path[0] ?? ""), detail }));

interface FlatIssue {
  readonly path: readonly PropertyKey[];
  readonly detail: string;
}

/** The first of what is wrong; a value that fails two checks with the same words is wrong once. */
const flatten = (issues: readonly Issue[], prefix: readonly PropertyKey[]): FlatIssue[] => {
  const distinct = new Map(
    flattenAll(issues, prefix).map((one) => [
      JSON.stringify([one.path.map(String), one.detail]),
      one,
    ]),
  );
  return [...distinct.values()].slice(0, maxErrors);
};

const flattenAll = (issues: readonly Issue[], prefix: readonly PropertyKey[]): FlatIssue[] =>
  issues.flatMap((issue): FlatIssue[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      const keys = issue.keys.slice(0, maxErrors);
      return keys.map((key) => ({ path: [...path, key], detail: "Unknown field" }));
    }
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      // The alternative with the fewest complaints is most likely the one that was meant.
      const closest = issue.errors.reduce((best, next) =>
        next.length < best.length ? next : best,
      );
      return flattenAll(closest, path);
    }
    return [{ path, detail: issue.message }];
  });

const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${shorten(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** The names of unknown fields are the client's: as much as identifies them, and nothing secret. */
const shorten = (part: PropertyKey): string =>
  String(part).replace(cardNumbers, "[digits]").slice(0, maxKeyLength);
