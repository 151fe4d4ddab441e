import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { experimental_readRawConfig } from "wrangler";
import { onFileEnd } from "./cleanup.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface RawConfig {
  readonly main?: string;
  readonly vars?: Readonly<Record<string, string>>;
  readonly assets?: { readonly directory: string };
  readonly hyperdrive?: readonly Readonly<Record<string, string>>[];
}

const rawConfig = (config: string): RawConfig =>
  (experimental_readRawConfig({ config }) as { readonly rawConfig: RawConfig }).rawConfig;

/**
 * `wrangler.toml` with what docs/running.md says to add for Hyperdrive, as a file; with
 * `local` it leads to that database, as `wrangler dev` has it in Cloudflare's place.
 */
export const hyperdriveConfig = async (local?: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "purser-hyperdrive-"));
  onFileEnd(() => rm(folder, { recursive: true, force: true }));
  const page = await readFile(join(root, "docs/running.md"), "utf8");
  const block = /```toml\n([^`]*\[\[hyperdrive\]\][^`]*)```/.exec(page)?.[1];
  if (!block) throw new Error("docs/running.md does not say what Hyperdrive needs");
  const added = join(folder, "added.toml");
  await writeFile(added, block);
  const { vars, hyperdrive = [] } = rawConfig(added);
  const { main = "", assets, ...rest } = rawConfig(join(root, "wrangler.toml"));
  const config = {
    ...rest,
    main: join(root, main),
    ...(assets && { assets: { ...assets, directory: join(root, assets.directory) } }),
    vars: { ...rest.vars, ...vars },
    hyperdrive: hyperdrive.map((one) => ({
      ...one,
      ...(local && { localConnectionString: local }),
    })),
  };
  const file = join(folder, "wrangler.json");
  await writeFile(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  return file;
};
