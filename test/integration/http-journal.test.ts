import { freshSecrets } from "../../scripts/secrets.ts";
import { feedSuite } from "../http/feed.ts";
import { journalSuite } from "../http/journal.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

const database = await testDatabase();
const secrets = freshSecrets();
const first = await httpServer("node", database, { secrets });
const second = await httpServer("node", database, { secrets });

journalSuite(first);
feedSuite([first, second]);
