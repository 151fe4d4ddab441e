import * as z from "zod";
import {
  type DatabaseConfig,
  databaseConfig,
  databaseVariables,
  type EdgeConfig,
  type Environment,
  edgeConfig,
  edgeVariables,
  keyOf32Bytes,
  parsedEnvironment,
  type WalletsConfig,
  walletsConfig,
  walletsVariables,
} from "../config.ts";
import { version } from "../version.ts";

/** The gateway has no database and no card keys, so it must be told what fingerprints requests. */
const gateway = z.object({ ...edgeVariables, REQUEST_FINGERPRINT_KEY: keyOf32Bytes });

export const readGatewayConfig = (
  env: Environment,
): EdgeConfig & { readonly requestKey: string } => {
  const vars = parsedEnvironment(gateway, env);
  return { ...edgeConfig(vars, "workers", version), requestKey: vars.REQUEST_FINGERPRINT_KEY };
};

const directory = z.object({ ...databaseVariables, LOG_LEVEL: edgeVariables.LOG_LEVEL });

export const readDirectoryConfig = (
  env: Environment,
): Pick<EdgeConfig, "logLevel"> & { readonly database: DatabaseConfig } => {
  const vars = parsedEnvironment(directory, env);
  return { database: databaseConfig(vars, "workers"), logLevel: vars.LOG_LEVEL };
};

const wallets = z.object({
  ...databaseVariables,
  ...walletsVariables,
  LOG_LEVEL: edgeVariables.LOG_LEVEL,
});

export const readWalletsConfig = (
  env: Environment,
): WalletsConfig & Pick<EdgeConfig, "logLevel"> & { readonly database: DatabaseConfig } => {
  const vars = parsedEnvironment(wallets, env);
  return {
    ...walletsConfig(vars),
    database: databaseConfig(vars, "workers"),
    logLevel: vars.LOG_LEVEL,
  };
};
