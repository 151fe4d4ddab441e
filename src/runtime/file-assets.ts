import { readFile } from "node:fs/promises";
import type { Assets } from "../routes/services.ts";

/** Built files of a folder. */
export const fileAssets = (folder: URL): Assets => ({
  fetch: async (path) => {
    const file = new URL(path, folder);
    if (!file.href.startsWith(folder.href)) return null;
    try {
      return new Response(new Uint8Array(await readFile(file)));
    } catch {
      return null;
    }
  },
});
