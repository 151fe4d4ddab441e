import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { referenceAssets } from "../src/routes/docs/page.ts";

/** Static files as Workers serve them: `docs/...` of the URL is `docs/...` in here. */
export const assetsFolder = fileURLToPath(new URL("../dist/assets/", import.meta.url));

/** What is in there. */
export const assetFiles: readonly string[] = [
  "openapi.json",
  ...referenceAssets.map((name) => `docs/${name}`),
];

const openApi = fileURLToPath(new URL("../docs/openapi.json", import.meta.url));

/** Puts the OpenAPI document and the API reference's files where every runtime serves them from. */
export const buildDocsAssets = async (): Promise<void> => {
  const source = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const target = join(assetsFolder, "docs");
  await mkdir(target, { recursive: true });
  for (const name of referenceAssets) await place(join(source, name), join(target, name));
  await place(openApi, join(assetsFolder, "openapi.json"));
};

/** At once and whole: a server that already serves the file must not find half of it. */
const place = async (from: string, to: string): Promise<void> => {
  const content = await readFile(from);
  if ((await readFile(to).catch(() => undefined))?.equals(content)) return;
  const fresh = `${to}.${process.pid}`;
  await writeFile(fresh, content);
  await rename(fresh, to);
};

if (import.meta.main) await buildDocsAssets();
