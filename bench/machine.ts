import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import postgres from "postgres";

/** What the figures were measured on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  readonly deno: string;
  readonly workerd: string;
  readonly postgres: string;
  /** Settings that make a commit durable, as the server has them. */
  readonly durability: Readonly<Record<string, string>>;
}

const durable = "fsync,synchronous_commit,full_page_writes,wal_sync_method";

export const describeMachine = async (serverUrl: string): Promise<Machine> => {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version.slice(1),
    deno: packageVersion("deno"),
    workerd: packageVersion("workerd", "wrangler"),
    ...(await describeServer(serverUrl)),
  };
};

/** The load of the last minute: what else the machine did shows here. */
export const loadAverage = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100;

const packageVersion = (name: string, of?: string): string => {
  const own = createRequire(import.meta.url);
  const { resolve } = of === undefined ? own : createRequire(own.resolve(of));
  const file = resolve(`${name}/package.json`);
  return (own(file) as { version: string }).version;
};

const describeServer = async (url: string): Promise<Pick<Machine, "postgres" | "durability">> => {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    const [row] = await sql<
      { version: string }[]
    >`select current_setting('server_version') as version`;
    const settings = await sql<{ name: string; setting: string }[]>`
      select name, setting from pg_settings where name = any(string_to_array(${durable}, ',')) order by name`;
    return {
      postgres: row?.version ?? "unknown",
      durability: Object.fromEntries(settings.map(({ name, setting }) => [name, setting])),
    };
  } finally {
    await sql.end({ timeout: 5 });
  }
};

/** The commit that was measured, where git knows it. */
export const commitMeasured = (): string | undefined => {
  try {
    return execFileSync("git", ["rev-parse", "--short=12", "HEAD"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
};
