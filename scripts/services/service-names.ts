import { fileURLToPath } from "node:url";

/** The Workers into which Purser can be split; `services/` has a configuration of each. */
export const serviceNames = ["gateway", "directory", "wallets"] as const;

export type ServiceName = (typeof serviceNames)[number];

export const serviceConfigFile = (name: ServiceName): string =>
  fileURLToPath(new URL(`../../services/${name}.toml`, import.meta.url));
