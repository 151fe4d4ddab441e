import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildExecutable } from "../../scripts/executable/build.ts";
import { onFileEnd } from "./cleanup.ts";

/** Purser in one file, in a folder that has nothing else that it could need. */
export const builtExecutable = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "purser-executable-"));
  onFileEnd(() => rm(folder, { recursive: true, force: true }));
  return buildExecutable(folder);
};
