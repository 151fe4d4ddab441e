import type { Freshness } from "./freshness.ts";

/** A page of a list, by position in an order that an index serves. */
export interface PageRequest<Field extends string> {
  readonly sortBy: Field;
  readonly sort: "asc" | "desc";
  /** 1 to 100. */
  readonly limit: number;
  /** 0 to 10,000; deeper pages use `after`. */
  readonly skip: number;
  /** Start behind this position. */
  readonly after?: PagePosition;
  /** What the reader must be able to see; a page may be as old as a replica is without it. */
  readonly freshness?: Freshness;
}

/** Where a page ended: the sort field's value (times as ISO 8601 with microseconds where stored so) and the id that breaks ties. */
export interface PagePosition {
  readonly value: string;
  readonly id: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** `null` on the last page. */
  readonly next: PagePosition | null;
}
