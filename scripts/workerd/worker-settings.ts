import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { unstable_readConfig } from "wrangler";

/** What a wrangler.toml says of its Worker, as far as workerd has to know it. */
export interface WorkerSettings {
  readonly name: string;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly objects: readonly { readonly binding: string; readonly className: string }[];
  readonly assets: { readonly binding: string; readonly folder: string } | undefined;
  /** Other Workers, by their names. */
  readonly services: readonly { readonly binding: string; readonly service: string }[];
}

/** As wrangler reads it; its own types need a package that contradicts Node's. */
interface Binding {
  readonly name: string;
  readonly class_name: string;
}

const ofMonolith = fileURLToPath(new URL("../../wrangler.toml", import.meta.url));

export const readWorkerSettings = (file = ofMonolith): WorkerSettings => {
  const { assets, ...config } = unstable_readConfig({ config: file });
  if (!config.compatibility_date) throw new Error(`${file} has no compatibility_date`);
  return {
    name: config.name ?? "",
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    variables: Object.fromEntries(
      Object.entries(config.vars).map(([name, value]) => [name, String(value)]),
    ),
    objects: config.durable_objects.bindings.map(({ name, class_name }: Binding) => ({
      binding: name,
      className: class_name,
    })),
    assets:
      assets?.binding && assets.directory
        ? { binding: assets.binding, folder: resolve(dirname(file), assets.directory) }
        : undefined,
    services: config.services ?? [],
  };
};
