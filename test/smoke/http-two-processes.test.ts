import { freshSecrets } from "../../scripts/secrets.ts";
import { wholeSuite } from "../http/whole.ts";
import { alternating } from "../support/alternating.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

const database = await testDatabase();
const secrets = freshSecrets();
const start = () => httpServer("node", database, { secrets, config: { SWEEP_SECONDS: "1" } });

wholeSuite(alternating([await start(), await start()]), secrets);
