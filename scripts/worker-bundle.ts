import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { buildDocsAssets } from "./docs-assets.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const wrangler = fileURLToPath(new URL("../node_modules/.bin/wrangler", import.meta.url));

/**
 * Bundles the Worker as a deployment does, and its assets, which are elsewhere because they
 * are public; throws if wrangler finds something wrong. `entry` is that of another Worker
 * with the same bindings.
 */
export const buildWorker = async (
  folder: string,
  output: "inherit" | "ignore" = "inherit",
  entry?: string,
): Promise<void> => {
  await buildDocsAssets();
  const script = entry === undefined ? [] : [entry];
  const child = spawn(
    process.execPath,
    [wrangler, "deploy", ...script, "--dry-run", "--outdir", folder],
    {
      cwd: root,
      stdio: ["ignore", output, "inherit"],
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
    },
  );
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`wrangler ended with ${code}`);
};
