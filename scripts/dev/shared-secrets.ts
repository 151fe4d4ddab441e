import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keptSecrets, type Secrets } from "../secrets.ts";

/**
 * The secrets of a development server. Servers on one database must have the same: card
 * numbers are encrypted and requests recognised with them. So the first leaves its secrets
 * where only who knows the database's URL finds them, until it ends.
 */
export const sharedSecrets = async (
  databaseUrl: string,
  ownFile: string,
): Promise<{ readonly secrets: Secrets; readonly stop: () => Promise<void> }> => {
  const folder = join(tmpdir(), `purser-dev-secrets-${process.getuid?.() ?? "user"}`);
  const name = createHash("sha256").update(databaseUrl).digest("hex");
  const file = join(folder, `${name}.json`);
  if (existsSync(file)) {
    const secrets = JSON.parse(await readFile(file, "utf8")) as Secrets;
    return { secrets, stop: async () => {} };
  }
  const secrets = await keptSecrets(ownFile);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(secrets), { mode: 0o600 });
  return { secrets, stop: () => rm(file, { force: true }) };
};
