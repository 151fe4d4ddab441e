import { describe } from "vitest";
import { freshSecrets } from "../../scripts/secrets.ts";
import { stoppingSuite } from "../http/stopping.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

const database = await testDatabase();
const secrets = freshSecrets();

describe.each(["node", "deno"] as const)("on %s", (runtime) => {
  stoppingSuite(() => httpServer(runtime, database, { secrets }));
});
