import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { assetFiles, assetsFolder, buildDocsAssets } from "../docs-assets.ts";
import { journalFile } from "../migration-files.ts";
import { nodeFlags } from "../runtime-flags.ts";
import { embeddedAs } from "./layout.ts";

const here = fileURLToPath(new URL("./", import.meta.url));
const migrationsFolder = fileURLToPath(new URL("../../drizzle/", import.meta.url));

/** What the executable is made of, in a folder: the same for every platform. */
export const executableParts = { blob: "purser.blob", inject: "inject.cjs" } as const;

/**
 * Puts Purser into a copy of the Node that runs this: one file that needs no other, at
 * `folder/purser`, and its parts in `folder/executable`. Answers its path.
 *
 * The parts hold no machine code, so the container's build injects them into a Node of its
 * own platform.
 */
export const buildExecutable = async (folder: string): Promise<string> => {
  const parts = join(folder, "executable");
  const blob = join(parts, executableParts.blob);
  const inject = join(parts, executableParts.inject);
  await mkdir(parts, { recursive: true });
  await buildDocsAssets();
  const main = join(parts, "purser.cjs");
  await bundle("main.ts", main);
  await bundle("inject.ts", inject);
  const settings = join(parts, "sea.json");
  await writeFile(settings, JSON.stringify(await seaSettings(main, blob), null, 2));
  await node(`--experimental-sea-config=${settings}`);
  const executable = join(folder, "purser");
  await node(inject, blob, executable);
  return executable;
};

/** Node's single executables run one CommonJS file. */
const bundle = async (entry: string, outfile: string): Promise<void> => {
  const { warnings } = await build({
    entryPoints: [join(here, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    logLevel: "warning",
  });
  // Such as a path relative to a module, which a bundle does not have.
  if (warnings.length > 0) throw new Error(`${entry} cannot be bundled as it is.`);
};

const seaSettings = async (main: string, output: string) => ({
  main,
  output,
  disableExperimentalSEAWarning: true,
  // Both would tie the blob to this processor.
  useCodeCache: false,
  useSnapshot: false,
  execArgv: [...nodeFlags],
  assets: await embedded(),
});

const embedded = async (): Promise<Readonly<Record<string, string>>> => {
  const assets = assetFiles.map((path) => [embeddedAs.asset(path), join(assetsFolder, path)]);
  const sql = (await readdir(migrationsFolder)).filter((name) => name.endsWith(".sql"));
  const migrations = [journalFile, ...sql].map((file) => [
    embeddedAs.migration(file),
    join(migrationsFolder, file),
  ]);
  return Object.fromEntries([...assets, ...migrations]);
};

/** What it says is in the error, if it fails; else it warns of a debug section's name. */
const node = (...args: string[]): Promise<unknown> => promisify(execFile)(process.execPath, args);
