import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildDocsAssets } from "./docs-assets.ts";

// The bundle is not among the assets, which are public.
await buildDocsAssets();
const wrangler = fileURLToPath(new URL("../node_modules/.bin/wrangler", import.meta.url));
const bundle = ["deploy", "--dry-run", "--outdir", "dist/worker"];
const { status } = spawnSync(process.execPath, [wrangler, ...bundle], {
  stdio: "inherit",
  env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
});
process.exit(status ?? 1);
