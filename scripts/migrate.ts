import { migrate } from "../src/db/migrate.ts";
import { loadMigrations } from "./migrations.ts";

const url = process.env.DATABASE_URL;
if (!url) {
  console.error("Set DATABASE_URL to the database to migrate (a direct connection, not a pooler).");
  process.exit(2);
}
const applied = await migrate(url, await loadMigrations(), {
  onApply: (tag) => console.error(`applying ${tag}`),
});
console.error(applied.length === 0 ? "nothing to apply" : `applied ${applied.length}`);
