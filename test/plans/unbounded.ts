import type { Bounds } from "./plan.ts";
import type { Explained } from "./recorder.ts";

/** A page of 50, merged from 8 partitions, with what lies around it: and far less than any table. */
const ofPage: Bounds = { rows: 1_000, pages: 2_000 };

/** A batch deletes 1,000 keys, each from its table and two indexes. */
const ofBatch: Bounds = { rows: 1_000, pages: 20_000 };

export const boundsOf = ({ name }: Explained): Bounds =>
  name.endsWith(".purge_keys") ? ofBatch : ofPage;

/** What reads more the more there is, and why that is so. */
interface Unbounded {
  readonly statement: string;
  /** Only with one of these filters; always where none is named. */
  readonly filters?: readonly string[];
  readonly why: string;
}

export const unbounded: readonly Unbounded[] = [
  {
    statement: "wallets.ledger_accounts",
    why: "It is the sum of an organization's whole journal, asked for by people and audits.",
  },
  {
    statement: "wallets.list_authorizations",
    filters: ["status"],
    why: "Reads on in the order of the list until a page of that status is full. An index by status would be written by every payment and once more by every capture.",
  },
  {
    statement: "wallets.list_transactions",
    filters: ["kind", "cardId"],
    why: "Reads on in one wallet's journal until a page is full. An index would be written by every posting.",
  },
  {
    statement: "wallets.list_events",
    filters: ["type"],
    why: "Reads on in the feed until a page of that type is full. An index would be written by every event.",
  },
];

export const exceptionOf = ({ name, filters }: Explained): Unbounded | undefined =>
  unbounded.find(
    (one) =>
      one.statement === name &&
      (one.filters === undefined || one.filters.some((filter) => filter in filters)),
  );
