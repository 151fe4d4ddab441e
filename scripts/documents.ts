import { readFile } from "node:fs/promises";
import { documents, filled } from "./documents/documents.ts";
import { generated } from "./generated-file.ts";

/** Writes what the rules say into the documents about them; with `--check`, fails if it is not there. */
for (const path of Object.keys(documents)) {
  const file = new URL(`../${path}`, import.meta.url);
  await generated(file, filled(path, await readFile(file, "utf8")));
}
