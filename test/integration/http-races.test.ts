import { expect, test } from "vitest";
import { freshSecrets } from "../../scripts/secrets.ts";
import { raceSuite } from "../http/races.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";
import { verified } from "../support/tampering.ts";

const database = await testDatabase();
const secrets = freshSecrets();
const first = await httpServer("node", database, { secrets });
const second = await httpServer("node", database, { secrets });

raceSuite([first]);
raceSuite([first, second]);

test("all that both processes wrote verifies: decisions, chains and every row", async () => {
  const { summary, findings } = await verified(first.database);
  expect(findings).toEqual([]);
  expect(summary.events).toBeGreaterThan(1_000);
});
