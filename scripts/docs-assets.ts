import { copyFile, mkdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { referenceAssets } from "../src/routes/docs/page.ts";

/** Static files as Workers serve them: `docs/...` of the URL is `docs/...` in here. */
export const assetsFolder = fileURLToPath(new URL("../dist/assets/", import.meta.url));

/** Puts the API reference's files, from the npm package, where every runtime serves them from. */
export const buildDocsAssets = async (): Promise<void> => {
  const source = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const target = join(assetsFolder, "docs");
  await mkdir(target, { recursive: true });
  for (const name of referenceAssets) {
    const [from, to] = [join(source, name), join(target, name)];
    const built = await stat(to).catch(() => undefined);
    // A server that already serves the file must not find half of it.
    if (built?.size !== (await stat(from)).size) await copyFile(from, to);
  }
};

if (import.meta.main) await buildDocsAssets();
