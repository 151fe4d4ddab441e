import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Fails if drizzle-kit would generate another migration: the schema was changed without one. */
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
