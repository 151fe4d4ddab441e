import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findPrometheus, programOnPath } from "./program.ts";

/** The PATH on which Prometheus's programs are; or the one that was given, and why they are not there. */
export interface Prometheus {
  readonly path: string;
  readonly missing?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const cache = fileURLToPath(new URL("../../node_modules/.cache/prometheus", import.meta.url));

const areOn = (path: string): boolean =>
  programOnPath("prometheus", path) !== undefined && programOnPath("promtool", path) !== undefined;

/**
 * Finds `prometheus` and `promtool`, or fetches Debian's package and unpacks it into the
 * folder: nothing is installed, no root is needed and the package's own daemon never starts.
 */
export const providePrometheus = async (env: Env, folder = cache): Promise<Prometheus> => {
  const path = env["PATH"] ?? "";
  if (areOn(path)) return { path };
  const bin = join(folder, "bin");
  const withOurs = [bin, path].join(delimiter);
  if (areOn(bin)) return { path: withOurs };
  if (!programOnPath("apt-get", path) || !programOnPath("dpkg-deb", path)) {
    return { path, missing: "there is no apt-get and dpkg-deb to fetch Debian's package with" };
  }
  try {
    console.log("Fetching Debian's prometheus, which is not installed.");
    await fetchInto(folder, env);
    return { path: withOurs };
  } catch (error) {
    return { path, missing: error instanceof Error ? error.message.trim() : String(error) };
  }
};

/** The Prometheus that is named or installed, else one that is fetched; throws how to get one. */
export const prometheusToRun = async (env: Env, folder = cache): Promise<string> => {
  if (env["PROMETHEUS"] || programOnPath("prometheus", env["PATH"])) return findPrometheus(env);
  const { path } = await providePrometheus(env, folder);
  return findPrometheus({ ...env, PATH: path });
};

/** Complete or not at all: what is half done is elsewhere until it is whole. */
const fetchInto = async (folder: string, env: Env): Promise<void> => {
  await mkdir(dirname(folder), { recursive: true });
  const building = await mkdtemp(`${folder}-`);
  const run: Run = async (program, ...args) => {
    const options = { cwd: building, env: { ...env, LC_ALL: "C" }, timeout: 180_000 };
    return (await promisify(execFile)(program, args, options)).stdout;
  };
  try {
    const tree = join(building, "tree");
    await run("dpkg-deb", "--extract", await download(building, run), tree);
    await addBin(tree, run);
    await rm(folder, { recursive: true, force: true });
    await rename(tree, folder);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
};

/** What a program says; throws what it complains about. Runs in the folder that is being built. */
type Run = (program: string, ...args: string[]) => Promise<string>;

/** For lists of our own: nothing of the machine's is changed, and no hook of it runs. */
const settings = `APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`;

/** The package's file in the folder. That it is Debian's, apt proves by the signature of its lists. */
const download = async (building: string, run: Run): Promise<string> => {
  await writeFile(join(building, "apt.conf"), settings);
  const apt = (...args: string[]) =>
    run("apt-get", "--quiet", "--config-file", "apt.conf", ...args);
  await apt("download", "prometheus").catch(async () => {
    // The machine's lists of packages are missing or old, and not ours to renew.
    const [lists, archives] = [join(building, "lists"), join(building, "archives")];
    await mkdir(join(lists, "partial"), { recursive: true });
    await mkdir(join(archives, "partial"), { recursive: true });
    const own = ["-o", `Dir::State::Lists=${lists}`, "-o", `Dir::Cache=${building}`];
    // One source that does not answer need not be the one that has it.
    await apt(...own, "update").catch(() => undefined);
    await apt(...own, "download", "prometheus");
  });
  const file = (await readdir(building)).find((name) => name.endsWith(".deb"));
  if (!file) throw new Error("apt-get downloaded nothing");
  return join(building, file);
};

/** Both programs, tried; Debian's `prometheus` wants its pages in /usr/share unless it is told. */
const addBin = async (tree: string, run: Run): Promise<void> => {
  await run(join(tree, "usr/bin/promtool"), "--version");
  const usage = await run(join(tree, "usr/bin/prometheus"), "--help");
  const flag = "--web.local-assets";
  const assets = usage.includes(flag) ? ` ${flag}="$tree/usr/share/prometheus/web"` : "";
  const bin = join(tree, "bin");
  await mkdir(bin);
  await symlink("../usr/bin/promtool", join(bin, "promtool"));
  await writeFile(
    join(bin, "prometheus"),
    `#!/bin/sh\ntree=$(dirname "$0")/..\nexec "$tree/usr/bin/prometheus"${assets} "$@"\n`,
    { mode: 0o755 },
  );
};
