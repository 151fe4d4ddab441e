import type { Change } from "../../domain/changes.ts";
import type { Row } from "../database.ts";
import { writtenOf } from "../written-by.ts";

/** The outcome of a statement that changes one row, and answers it with `writtenBy` if it was there. */
export const changed = <T>(row: Row | undefined, parse: (row: Row) => T): Change<T> =>
  row
    ? { outcome: "changed", value: parse(row), ...writtenOf("directory", row) }
    : { outcome: "not_found" };

export const nothing = (): void => {};
