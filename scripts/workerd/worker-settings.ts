import { fileURLToPath } from "node:url";
import { unstable_readConfig } from "wrangler";

/** What wrangler.toml says of the Worker, as far as workerd has to know it. */
export interface WorkerSettings {
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly objects: readonly { readonly binding: string; readonly className: string }[];
  readonly assets: { readonly binding: string; readonly folder: string };
}

/** As wrangler reads it; its own types need a package that contradicts Node's. */
interface Binding {
  readonly name: string;
  readonly class_name: string;
}

const file = fileURLToPath(new URL("../../wrangler.toml", import.meta.url));

export const readWorkerSettings = (): WorkerSettings => {
  const { assets, ...config } = unstable_readConfig({ config: file });
  if (!config.compatibility_date) throw new Error("wrangler.toml has no compatibility_date");
  if (!assets?.binding || !assets.directory) throw new Error("wrangler.toml binds no assets");
  return {
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    variables: Object.fromEntries(
      Object.entries(config.vars).map(([name, value]) => [name, String(value)]),
    ),
    objects: config.durable_objects.bindings.map(({ name, class_name }: Binding) => ({
      binding: name,
      className: class_name,
    })),
    assets: {
      binding: assets.binding,
      folder: fileURLToPath(new URL(`../../${assets.directory}`, import.meta.url)),
    },
  };
};
