import { connect } from "../../../src/db/drivers/postgres.ts";
import { sha256Hex } from "../../../src/runtime/sha256.ts";
import { serveComparison } from "../comparison.ts";
import { RowLockLane } from "./lane.ts";

/** The server's limit for a statement, as Purser's driver sets it. */
const statementTimeoutMs = 15_000;

serveComparison({
  lane: ({ database }) =>
    new RowLockLane(
      connect(database.url, database.connections, statementTimeoutMs),
      sha256Hex,
      Date.now,
    ),
});
