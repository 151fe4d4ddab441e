import type { Assets } from "../routes/services.ts";
import { fileAssets } from "./file-assets.ts";

/** What `scripts/docs-assets.ts` has put into `dist/assets`. */
export const builtAssets = (): Assets => fileAssets(new URL("../../dist/assets/", import.meta.url));
