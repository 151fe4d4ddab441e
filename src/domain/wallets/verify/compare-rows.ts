import { differences } from "./differences.ts";
import { type Finding, finding, type Place } from "./finding.ts";
import type { StoredRow } from "./ports.ts";

/** Which row it is, as findings name it. */
export interface RowPlace extends Place {
  readonly table: string;
  readonly sequence: number | null;
  readonly row: string | null;
}

/** Every column of a row that is not what it should be; a row that is not there, or should not be. */
export const compareRow = (
  place: RowPlace,
  expected: StoredRow | undefined,
  found: StoredRow | undefined,
): Finding[] => {
  const { table, sequence, row } = place;
  if (!expected && !found) return [];
  if (!found) return [finding(place, sequence, table, "has no such row", row)];
  if (!expected) return [finding(place, sequence, table, "has a row that the log has not", row)];
  return Object.keys(expected).flatMap((column) =>
    differences(expected[column], found[column]).map(({ path, problem }) =>
      finding(place, sequence, `${table}.${column}${path}`, problem, row),
    ),
  );
};
