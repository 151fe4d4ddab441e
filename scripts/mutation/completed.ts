import { mkdir, readFile, writeFile } from "node:fs/promises";

/**
 * Which files were measured to the end: Stryker's results do not tell them from those that a
 * stopped run left half done.
 */
const list = new URL("../../.purser/mutation/completed.json", import.meta.url);

export const completedFiles = async (): Promise<ReadonlySet<string>> =>
  new Set(JSON.parse(await readFile(list, "utf8").catch(() => "[]")) as string[]);

const write = async (files: Iterable<string>): Promise<void> => {
  await mkdir(new URL(".", list), { recursive: true });
  await writeFile(list, `${JSON.stringify([...files].sort(), null, 2)}\n`);
};

/** These are being measured now. */
export const begin = async (files: readonly string[]): Promise<void> => {
  const measured = await completedFiles();
  await write([...measured].filter((file) => !files.includes(file)));
};

/** These were measured to the end. */
export const complete = async (files: readonly string[]): Promise<void> =>
  write(new Set([...(await completedFiles()), ...files]));
