import { existsSync } from "node:fs";
import { type FileHandle, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type GuardedChild, hasEnded, spawnGuarded } from "../../scripts/guarded-child.ts";
import type { Account } from "../../scripts/postgres-account.ts";

/** A file system of a fixed size. */
export interface Disk {
  /** Owned by the account that PostgreSQL runs as. */
  readonly folder: string;
  /** Takes all the room that is left, also what becomes free meanwhile. */
  fill(): Promise<void>;
  /** Gives it back. */
  empty(): Promise<void>;
}

export interface Disks {
  readonly data: Disk;
  readonly wal: Disk;
  stop(): Promise<void>;
}

/**
 * Mounts two small file systems in memory where nobody else sees them: in a mount namespace
 * that a process of ours holds open, reached by way of that process. So they are gone with it,
 * however the run ends. Root can do it, and others where users may make namespaces of their
 * own. Answers why not where it cannot be done.
 */
export const mountDisks = async (
  folder: string,
  megabytes: { readonly data: number; readonly wal: number },
  account: Account,
): Promise<Disks | string> => {
  if (process.platform !== "linux") return `there are no mount namespaces on ${process.platform}`;
  const complaints = join(folder, "disks.log");
  const output = await open(complaints, "w");
  const holder = holdNamespace(folder, megabytes, account, output.fd);
  await output.close();
  const seen = `/proc/${holder.process.pid}/root${folder}`;
  for (let waited = 0; waited < 5_000 && !hasEnded(holder.process); waited += 20) {
    if (existsSync(join(seen, "mounted"))) {
      const [data, wal] = [disk(join(seen, "data-disk")), disk(join(seen, "wal-disk"))];
      return {
        data,
        wal,
        stop: async () => {
          await Promise.all([data.empty(), wal.empty()]);
          await holder.stop();
        },
      };
    }
    await sleep(20);
  }
  await holder.stop();
  const said = (await readFile(complaints, "utf8")).trim().split("\n")[0];
  return `the file systems cannot be mounted: ${said || "no reason was given"}`;
};

/**
 * Others may pass through `/proc/PID/root` only of processes of their own, so the holder
 * becomes the account that PostgreSQL runs as.
 */
const holdNamespace = (
  folder: string,
  megabytes: { readonly data: number; readonly wal: number },
  account: Account,
  output: number,
): GuardedChild => {
  const namespace = account ? [] : ["--user", "--map-current-user", "--keep-caps"];
  const become = account
    ? `setpriv --reuid=${account.uid} --regid=${account.gid} --clear-groups`
    : "";
  const owner = account ? `,uid=${account.uid},gid=${account.gid}` : "";
  const mount = (name: "data" | "wal"): string =>
    `mkdir -p ${name}-disk && mount -t tmpfs -o size=${megabytes[name]}m,mode=0755${owner} purser-${name} "$PWD/${name}-disk"`;
  const script = `${mount("data")} && ${mount("wal")} && touch mounted && exec ${become} sleep 1000000`;
  return spawnGuarded(
    "unshare",
    [...namespace, "--mount", "--propagation", "private", "sh", "-c", script],
    { cwd: folder, env: process.env, output: [output, output], signal: "SIGTERM" },
  );
};

/** How much is written at once: little enough, in the end, to leave no room for a page. */
const bites = [4 * 1024 * 1024, 4_096];

const disk = (folder: string): Disk => {
  const file = join(folder, "ballast");
  let ballast: FileHandle | undefined;
  let topping: Promise<void> | undefined;

  const top = async (): Promise<void> => {
    for (const bite of bites) {
      const bytes = Buffer.alloc(bite);
      while (await written(ballast, bytes));
    }
  };
  return {
    folder,
    fill: async () => {
      ballast = await open(file, "a");
      await top();
      topping = (async () => {
        while (ballast) {
          await top();
          await sleep(20);
        }
      })();
    },
    empty: async () => {
      const handle = ballast;
      ballast = undefined;
      await topping;
      await handle?.close();
      await rm(file, { force: true });
    },
  };
};

const written = async (file: FileHandle | undefined, bytes: Buffer): Promise<boolean> => {
  try {
    const answer = await file?.write(bytes);
    return answer?.bytesWritten === bytes.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") return false;
    throw error;
  }
};
