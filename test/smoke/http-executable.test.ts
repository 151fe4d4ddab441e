import { freshSecrets } from "../../scripts/secrets.ts";
import { wholeSuite } from "../http/whole.ts";
import { testDatabase } from "../support/database.ts";
import { builtExecutable } from "../support/executable.ts";
import { httpServer } from "../support/http-server.ts";

const secrets = freshSecrets();
const server = await httpServer("node", await testDatabase(), {
  secrets,
  executable: await builtExecutable(),
  config: { SWEEP_SECONDS: "1" },
});

wholeSuite(server, secrets);
