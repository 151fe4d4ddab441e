import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { buildDocsAssets } from "./docs-assets.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const wrangler = fileURLToPath(new URL("../node_modules/.bin/wrangler", import.meta.url));

/** Which Worker is meant, if it is not the monolith. */
export interface Bundled {
  /** Its configuration. */
  readonly config?: string;
  /** Another entry than the configuration names. */
  readonly entry?: string;
}

/**
 * Bundles a Worker as a deployment does, and its assets, which are elsewhere because they
 * are public; throws if wrangler finds something wrong.
 */
export const buildWorker = async (
  folder: string,
  output: "inherit" | "ignore" = "inherit",
  { config = "wrangler.toml", entry }: Bundled = {},
): Promise<void> => {
  await buildDocsAssets();
  const script = entry === undefined ? [] : [entry];
  const args = ["deploy", ...script, "--dry-run", "--config", config, "--outdir", folder];
  const child = spawn(process.execPath, [wrangler, ...args], {
    cwd: root,
    stdio: ["ignore", output, "pipe"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
  });
  let complaints = "";
  child.stderr.on("data", (data) => {
    complaints += data;
  });
  const [code] = await once(child, "close");
  const said = stripVTControlCharacters(complaints);
  // Of a setting that it does not know it only warns.
  if (code !== 0 || said.includes("[WARNING]")) {
    throw new Error(`wrangler ended with ${code}:\n${said}`);
  }
};
