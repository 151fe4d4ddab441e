import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Names in package-lock.json the builds for other platforms that npm left out.
 *
 * npm leaves them out when the registry does not have them (a mirror of a few
 * platforms) or when node_modules exists, and then `npm ci` refuses the lock file.
 * They are named without a checksum, which npm adds where it can fetch them.
 */
interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const systems = {
  aix: "aix",
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  netbsd: "netbsd",
  openbsd: "openbsd",
  openharmony: "openharmony",
  sunos: "sunos",
  win32: "win32",
  windows: "win32",
  fsevents: "darwin",
} as const;

const processors = {
  arm64: "arm64",
  arm: "arm",
  ia32: "ia32",
  loong64: "loong64",
  mips64el: "mips64el",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  wasm32: "wasm32",
  x64: "x64",
  "64": "x64",
} as const;

/** Packages of this kind say their platform in their name. */
const platformOf = (name: string): Pick<Entry, "os" | "cpu" | "libc"> => {
  const words = name.split(/[@/-]/);
  const os = Object.entries(systems).find(([word]) => words.includes(word))?.[1];
  const cpu = Object.entries(processors).find(([word]) =>
    words.some((part) => part === word || (word === "arm" && part.startsWith("arm-"))),
  )?.[1];
  const libc = words.find((word) => word === "musl");
  return {
    ...(os ? { os: [os] } : {}),
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(libc ? { libc: [libc] } : {}),
  };
};

const file = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, Entry> };

/** Node's own search: beside the package, then outwards. */
const isLocked = (from: string, name: string): boolean => {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    if (`${at}${at ? "/" : ""}node_modules/${name}` in lock.packages) return true;
    if (at === "") return false;
    if (!at.includes("/node_modules/")) return `node_modules/${name}` in lock.packages;
  }
};

let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const outer = `node_modules/${name}`;
    const version = range.replace(/^[\^~]/, "");
    const nested = lock.packages[outer] !== undefined && lock.packages[outer].version !== version;
    const place = nested ? `${path}/${outer}` : outer;
    if (nested ? place in lock.packages : isLocked(path, name)) continue;
    const { os, cpu, libc } = platformOf(name);
    if (!os && !cpu) throw new Error(`${name} does not say its platform`);
    // In npm's order, as the entries are below, so that npm rewrites nothing the next time.
    lock.packages[place] = {
      version,
      ...(cpu ? { cpu } : {}),
      ...(entry.dev ? { dev: true } : {}),
      ...(libc ? { libc } : {}),
      optional: true,
      ...(os ? { os } : {}),
    };
    added++;
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.error(`named ${added} builds for other platforms`);
