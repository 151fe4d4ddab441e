import { migrateCommand } from "./commands/migrate.ts";
import { loadMigrations } from "./migrations.ts";

const run = migrateCommand(loadMigrations);
process.exitCode = await run(process.argv.slice(2), "npm run migrate --");
