import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { prometheusToRun, providePrometheus } from "./provide.ts";

let home: string;
let folder: string;
let installed: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "purser-fetch-"));
  folder = join(home, "cache", "prometheus");
  installed = join(home, "installed");
  await mkdir(installed);
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A program on the PATH, in the shell's words. */
const install = (name: string, script: string): Promise<void> =>
  writeFile(
    join(installed, name),
    `#!/bin/sh\nPATH=/usr/bin:/bin\necho "${name} $*" >>'${home}/ran'\n${script}\n`,
    { mode: 0o755 },
  );

const provide = () => providePrometheus({ PATH: installed }, folder);

/** What of apt and dpkg was run, in order. */
const ran = async (): Promise<string[]> =>
  (await readFile(join(home, "ran"), "utf8").catch(() => ""))
    .trim()
    .split("\n")
    .map((line) => /^\S+.*?(download|update|extract|$)/.exec(line)?.[1] ?? "");

/** The package as dpkg-deb unpacks it: programs that tell what they were called with. */
const installDpkg = (prometheus = 'echo "$0 $*"', promtool = 'echo "$0 $*"') =>
  install(
    "dpkg-deb",
    `[ -f "$2" ] && mkdir -p "$3/usr/bin" && cd "$3/usr/bin" || exit 1
cat >prometheus <<'end'
#!/bin/sh
[ "$*" = --help ] && echo 'usage: --web.local-assets="/usr/share"'
${prometheus}
end
cat >promtool <<'end'
#!/bin/sh
${promtool}
end
chmod 755 prometheus promtool`,
  );

const saying = (path: string, name: string): string =>
  execFileSync(name, ["--flag"], { env: { PATH: `${path}${delimiter}/usr/bin:/bin` } }).toString();

test("what is installed is taken, and nothing is fetched", async () => {
  await install("prometheus", "");
  await install("promtool", "");
  expect(await provide()).toEqual({ path: installed });
  expect(await readdir(home)).toEqual(["installed"]);
});

test("without apt nothing can be fetched, and it is said why", async () => {
  const { path, missing } = await provide();
  expect([path, missing]).toEqual([installed, expect.stringContaining("no apt-get")]);
});

describe("Debian's package", () => {
  test("is unpacked, its programs come first on the PATH, and the pages are found", async () => {
    await install("prometheus", "echo without promtool this one is of no use");
    await install("apt-get", "touch prometheus_2.deb");
    await installDpkg();
    const { path, missing } = await provide();
    expect([path, missing]).toEqual([`${join(folder, "bin")}${delimiter}${installed}`, undefined]);
    expect(saying(path, "prometheus")).toMatch(
      /usr\/bin\/prometheus --web.local-assets=\S+\/usr\/share\/prometheus\/web --flag\n$/,
    );
    expect(saying(path, "promtool")).toMatch(/promtool --flag\n$/);
    expect(await ran()).toEqual(["download", "extract"]);
    expect(await readdir(join(home, "cache"))).toEqual(["prometheus"]);
  });

  test("is fetched once", async () => {
    await install("apt-get", "touch prometheus_2.deb");
    await installDpkg();
    const first = await provide();
    expect(await provide()).toEqual(first);
    expect(await ran()).toEqual(["download", "extract"]);
  });

  test("is found through lists of our own where the machine's are missing or old", async () => {
    const withOwn = 'case "$*" in *Dir::State::Lists=*)';
    await install(
      "apt-get",
      `${withOwn} case "$*" in *update) touch known;; *) [ -f known ] && touch p.deb;; esac;; *) exit 100;; esac`,
    );
    await installDpkg();
    expect(await provide()).not.toHaveProperty("missing");
    expect(await ran()).toEqual(["download", "update", "download", "extract"]);
  });

  test.each([
    ["that cannot be downloaded", "echo Unable to locate >&2; exit 100", undefined, "Unable"],
    ["that apt does not leave behind", "true", undefined, "downloaded nothing"],
    ["for another machine", "touch p.deb", "exit 126", "Command failed"],
  ])("%s leaves nothing behind, and it is said why", async (_, apt, promtool, why) => {
    await install("apt-get", apt);
    await installDpkg(undefined, promtool);
    const { path, missing } = await provide();
    expect([path, missing]).toEqual([installed, expect.stringContaining(why)]);
    expect(await readdir(join(home, "cache"))).toEqual([]);
  });
});

describe("the Prometheus to run", () => {
  const toRun = (env: Record<string, string> = {}) =>
    prometheusToRun({ PATH: installed, ...env }, folder);

  test("is the one that is named, else the one that is installed, and then nothing is fetched", async () => {
    await install("prometheus", "");
    await install("mine", "");
    await install("apt-get", "touch prometheus_2.deb");
    expect(await toRun({ PROMETHEUS: join(installed, "mine") })).toBe(join(installed, "mine"));
    expect(await toRun()).toBe(join(installed, "prometheus"));
    expect(await readdir(home)).toEqual(["installed"]);
  });

  test("is fetched where none is", async () => {
    await install("apt-get", "touch prometheus_2.deb");
    await installDpkg();
    expect(await toRun()).toBe(join(folder, "bin", "prometheus"));
  });

  test("is for the operator to install where it cannot be fetched", async () => {
    await expect(toRun()).rejects.toThrow("apt-get install --no-install-recommends prometheus");
  });
});
