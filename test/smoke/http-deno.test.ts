import { freshSecrets } from "../../scripts/secrets.ts";
import { wholeSuite } from "../http/whole.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

const secrets = freshSecrets();
const config = { SWEEP_SECONDS: "1" };

wholeSuite(await httpServer("deno", await testDatabase(), { secrets, config }), secrets);
