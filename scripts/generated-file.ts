import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Writes a generated file; with `--check`, fails if the committed one is another. */
export const generated = async (file: URL, content: string): Promise<void> => {
  const path = fileURLToPath(file);
  const committed = await readFile(path, "utf8").catch(() => undefined);
  if (committed === content) return;
  if (process.argv.includes("--check")) {
    console.error(`${path} is not what the code generates; run \`npm run generate\`.`);
    process.exit(1);
  }
  await writeFile(path, content);
  console.error(`wrote ${path}`);
};
