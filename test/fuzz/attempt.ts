import type { Operation } from "../support/contract.ts";

/**
 * A request as it is generated: plain data that the seed alone decides. Which ids it
 * names is settled when it is sent, since they are the server's to make.
 */
export interface Attempt {
  readonly operation: Operation;
  /** Path parameters by name. */
  readonly path: Readonly<Record<string, Reference>>;
  readonly query: Readonly<Record<string, Tree>>;
  readonly body: Tree | undefined;
  /** Which of the documented types is asked for. */
  readonly accept: string | undefined;
  /** What is done to it; untouched it is one that the document allows. */
  readonly twists: readonly Twist[];
}

/** JSON, with ids that are not known yet and text that is sent as it is. */
export type Tree =
  | null
  | boolean
  | number
  | string
  | Reference
  | RawJson
  | readonly Tree[]
  | { readonly [name: string]: Tree };

/** Whose resource is named. */
export const kinships = ["own", "foreign", "deleted", "unknown", "malformed"] as const;
export type Kinship = (typeof kinships)[number];

/** The `pick`-th of what is there of a resource, counted round. */
export class Reference {
  readonly resource: string;
  readonly pick: number;
  readonly kin: Kinship;
  constructor(resource: string, pick: number, kin: Kinship = "own") {
    this.resource = resource;
    this.pick = pick;
    this.kin = kin;
  }
}

/** A JSON text that `JSON.stringify` would not write: `1e400`, `-0`, doubled names. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export const callers = [
  "owner",
  "without scope",
  "revoked",
  "expired",
  "stranger",
  "admin",
  "nobody",
  "garbage",
] as const;
export type Caller = (typeof callers)[number];

export const textChanges = [
  "truncated",
  "byte order mark",
  "doubled member",
  "garbage after",
  "NUL after",
  "UTF-16",
  "Latin-1",
  "commented",
  "spaced",
  "wrapped",
  "nested deeply",
  "one byte too many",
] as const;

export const pathChanges = [
  "trailing slash",
  "doubled slash",
  "dot segments",
  "encoded dot segments",
  "encoded slash",
  "encoded letter",
  "upper case",
  "suffix",
  "matrix parameter",
  "NUL",
  "bad percent",
] as const;

export const cursorSources = [
  "same list",
  "other list",
  "other order",
  "foreign list",
  "tampered",
  "forged",
] as const;

/** One thing that is wrong with a request, or odd; numbers pick a place, counted round. */
export type Twist =
  | { readonly on: "member"; readonly at: number; readonly change: MemberChange }
  | { readonly on: "body"; readonly value: Tree }
  | { readonly on: "text"; readonly change: (typeof textChanges)[number]; readonly at: number }
  | { readonly on: "reference"; readonly at: number; readonly kin: Kinship; readonly pick: number }
  | { readonly on: "query"; readonly name: string; readonly value: string }
  | { readonly on: "doubled query"; readonly at: number; readonly value: string }
  | {
      readonly on: "cursor";
      readonly source: (typeof cursorSources)[number];
      readonly pick: number;
    }
  | {
      readonly on: "header";
      readonly name: string;
      readonly value: string;
      /** Beside a line of the same name, in place of it otherwise. */
      readonly doubled: boolean;
    }
  | { readonly on: "path"; readonly change: (typeof pathChanges)[number]; readonly at: number }
  | { readonly on: "method"; readonly method: string }
  | { readonly on: "caller"; readonly caller: Caller; readonly pick: number };

export type MemberChange =
  | { readonly kind: "remove" }
  | { readonly kind: "put"; readonly value: Tree }
  | { readonly kind: "add"; readonly name: string; readonly value: Tree }
  | { readonly kind: "wrap" };

/** Requests with one idempotency key: copies of one at once, then one that differs. */
export interface Replay {
  readonly attempt: Attempt;
  readonly copies: number;
  /** A key that another organization has used; else one that nobody has. */
  readonly foreignKey: boolean;
  readonly last: "other body" | "other operation";
}

export type Shot = { readonly attempt: Attempt } | { readonly replay: Replay };
