import { timestamp } from "drizzle-orm/pg-core";

/**
 * A point in time, to the millisecond: what a JavaScript `Date` and the wire can carry
 * exactly, so that a cursor made from one finds its place again.
 */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
