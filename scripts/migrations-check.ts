import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { migrationFaults } from "./migration-rules/lint.ts";
import { loadMigrations } from "./migrations.ts";

/**
 * Fails if drizzle-kit would generate another migration, because the schema was changed without
 * one; and if a migration breaks the rules for a database in use (docs/operations/migrations.md).
 */
const root = fileURLToPath(new URL("../", import.meta.url));
const copy = mkdtempSync(join(root, "node_modules", ".purser-migrations-"));
const migrationsIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.endsWith(".sql"));

try {
  cpSync(join(root, "drizzle"), copy, { recursive: true });
  const before = migrationsIn(copy);
  const result = spawnSync(
    join(root, "node_modules", ".bin", "drizzle-kit"),
    [
      ...["generate", "--dialect", "postgresql", "--schema", "./src/db/schema/*.ts"],
      ...["--out", `./${relative(root, copy)}`],
    ],
    { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 },
  );
  const missing = migrationsIn(copy).filter((name) => !before.includes(name));
  if (result.status !== 0 || missing.length > 0) {
    console.error(`${result.stdout}${result.stderr}`);
    console.error("The schema has changes without a migration; run `npx drizzle-kit generate`.");
    process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}

for (const { tag, statement, fault } of migrationFaults(await loadMigrations())) {
  console.error(`${tag}: ${fault}\n  ${statement.slice(0, 200)}`);
  process.exitCode = 1;
}
