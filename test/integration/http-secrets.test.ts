import { freshSecrets } from "../../scripts/secrets.ts";
import { secretSuite } from "../http/secrets.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

const secrets = freshSecrets();
const server = await httpServer("node", await testDatabase(), {
  secrets,
  config: { LOG_LEVEL: "debug" },
});
const cardKeys = Object.values(JSON.parse(secrets.CARD_ENCRYPTION_KEYS) as Record<string, string>);

secretSuite({
  ...server,
  configured: [...cardKeys, secrets.CARD_FINGERPRINT_KEY, secrets.CARD_CVV_KEY],
});
