import * as z from "zod";
import { type AppConfig, defaultMaxBodyBytes } from "../routes/services.ts";
import { derivedKey } from "./sha256.ts";
import type { SigningKeys } from "./signer.ts";
import { type TraceTarget, traceTarget, traceVariables } from "./trace-config.ts";
import { optional, share } from "./variables.ts";

/** The environment, on every runtime: variables and secrets by name. */
export type Environment = Readonly<Record<string, unknown>>;

export const keyOf32Bytes = z.string().regex(/^[A-Za-z0-9+/]{43}=$/, "must be 32 bytes in base64");

const flag = (fallback: number, min: number, max: number) =>
  z.coerce.number().pipe(z.int().min(min).max(max)).default(fallback);

/** JSON of key by version. The highest is the active one; older ones stay for what they did. */
const versionedKeys = (key: z.ZodType<string>) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: "must be JSON" });
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string().regex(/^[1-9]\d{0,8}$/), key))
    .refine((keys) => Object.keys(keys).length > 0, "must hold at least one key");

/** Also for scripts that sign without a server. The prefix says PKCS #8 and Ed25519 (RFC 8410). */
export const receiptSigningKeys = versionedKeys(
  z
    .string()
    .regex(/^MC4CAQAwBQYDK2VwBCIEI[A-Za-z0-9+/]{43}$/, "must be an Ed25519 key, PKCS #8 in base64"),
);

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, "must be a PostgreSQL URL");

export const databaseVariables = {
  DATABASE_URL: postgresUrl,
  /** A hot standby of the same, which lists and reports are read from. */
  DATABASE_READ_URL: optional(postgresUrl.optional()),
  DATABASE_DRIVER: optional(z.enum(["neon", "postgres"]).optional()),
  /** The binding on Workers, and there the way to any PostgreSQL. */
  HYPERDRIVE: z.object({ connectionString: z.string() }).optional(),
  DATABASE_CONNECTIONS: optional(flag(10, 1, 100)),
  /** Full URL of an `/sql` endpoint that is not Neon's own: the local one. */
  NEON_ENDPOINT: optional(z.url().optional()),
  /** For how long a creation is answered again by its idempotency key. */
  IDEMPOTENCY_KEY_RETENTION_DAYS: optional(flag(30, 1, 3_650)),
};

/** Of what meets the clients. */
export const edgeVariables = {
  ADMIN_TOKEN: optional(z.string().min(32).optional()),
  METRICS_TOKEN: optional(z.string().min(16).optional()),
  /** What fingerprints requests; derived from the one for card numbers where it is not given. */
  REQUEST_FINGERPRINT_KEY: optional(keyOf32Bytes.optional()),
  RATE_LIMIT_PER_SECOND: optional(flag(1_000, 1, 100_000)),
  CORS_ORIGINS: optional(z.string().default("")),
  BODY_LIMIT_BYTES: optional(flag(defaultMaxBodyBytes, 1_024, 16_777_216)),
  LOG_SAMPLE_RATE: optional(share),
  SLOW_REQUEST_MS: optional(flag(1_000, 1, 600_000)),
  LOG_LEVEL: optional(z.enum(["debug", "info", "warn", "error", "silent"]).default("info")),
  ...traceVariables,
};

/** Of the wallets context: cards, receipts and lanes. */
export const walletsVariables = {
  CARD_ENCRYPTION_KEYS: versionedKeys(keyOf32Bytes),
  RECEIPT_SIGNING_KEYS: optional(receiptSigningKeys.optional()),
  CARD_FINGERPRINT_KEY: keyOf32Bytes,
  CARD_CVV_KEY: keyOf32Bytes,
  CARD_NUMBER_RANGE: optional(
    z
      .string()
      .regex(/^\d{4,11}$/, "must be 4 to 11 digits")
      .default("400000"),
  ),
  /** Few make large batches; one more for each thousand commands a second: docs/decisions/0033. */
  LANES: optional(flag(1, 1, 65_536)),
  LANE_REGION: optional(
    z
      .string()
      .regex(/^[a-z]{2,8}$/)
      .optional(),
  ),
  LANE_GENERATION: optional(flag(1, 1, 1_000_000)),
};

const environment = z.object({
  ...databaseVariables,
  ...edgeVariables,
  ...walletsVariables,
  /** How often holds that are due are released; Workers have a cron trigger for it. */
  SWEEP_SECONDS: optional(flag(10, 1, 3_600)),
  HOST: optional(z.string().default("127.0.0.1")),
  PORT: optional(flag(8787, 0, 65_535)),
});

export interface EdgeConfig {
  readonly app: AppConfig;
  /** Where traces are exported to; `undefined` if nowhere. */
  readonly traces: TraceTarget | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

export interface DatabaseConfig {
  readonly url: string;
  readonly readUrl: string | undefined;
  readonly driver: "neon" | "postgres";
  readonly endpoint: string | undefined;
  readonly connections: number;
  readonly keyRetentionDays: number;
}

export interface WalletsConfig {
  readonly cards: {
    /** By version; the highest encrypts. */
    readonly encryptionKeys: Readonly<Record<string, string>>;
    readonly fingerprintKey: string;
    readonly cvvKey: string;
    readonly numberRange: string;
  };
  /** By version; the highest signs receipts and chain heads. Without keys nothing is signed. */
  readonly signingKeys: SigningKeys | undefined;
  readonly lanes: {
    readonly count: number;
    readonly region: string | undefined;
    readonly generation: number;
  };
}

export interface Config extends EdgeConfig, WalletsConfig {
  readonly database: DatabaseConfig;
  /** What fingerprints requests: 32 bytes in base64. */
  readonly requestKey: string;
  readonly sweepSeconds: number;
  readonly host: string;
  readonly port: number;
}

/** What stands in the way is said by name, never by value: these are secrets. */
export class InvalidEnvironment extends Error {
  override readonly name = "InvalidEnvironment";
}

/** What a schema makes of the environment, or throws `InvalidEnvironment` that names every variable that is wrong. */
export const parsedEnvironment = <Schema extends z.ZodType>(
  schema: Schema,
  env: Environment,
): z.output<Schema> => {
  const parsed = schema.safeParse(overHyperdrive(env));
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => {
    const isMissing = path.length === 1 && (env[String(path[0])] ?? "") === "";
    return `${path.join(".")}: ${isMissing ? "is not set" : message}`;
  });
  throw new InvalidEnvironment(`The environment is not complete.\n  ${wrong.join("\n  ")}`);
};

/** Where Hyperdrive leads to the database, its URL is the binding's, and no secret of ours. */
const overHyperdrive = (env: Environment): Environment => {
  const { HYPERDRIVE, DATABASE_DRIVER } = env;
  const { connectionString } = (HYPERDRIVE ?? {}) as { readonly connectionString?: unknown };
  return connectionString && DATABASE_DRIVER === "postgres"
    ? { ...env, DATABASE_URL: connectionString, HYPERDRIVE: { connectionString } }
    : env;
};

type Vars<Variables extends z.ZodRawShape> = z.output<z.ZodObject<Variables>>;

/** Reads the configuration of all of Purser, or throws `InvalidEnvironment`. */
export const readConfig = (
  env: Environment,
  runtime: AppConfig["runtime"],
  version: string,
): Config => {
  const vars = parsedEnvironment(environment, env);
  return {
    ...edgeConfig(vars, runtime, version),
    ...walletsConfig(vars),
    database: databaseConfig(vars, runtime),
    requestKey: vars.REQUEST_FINGERPRINT_KEY ?? requestKeyOf(vars.CARD_FINGERPRINT_KEY),
    sweepSeconds: vars.SWEEP_SECONDS,
    host: vars.HOST,
    port: vars.PORT,
  };
};

/** The same wherever Purser runs on these cards, so that a request is known again there. */
export const requestKeyOf = (cardFingerprintKey: string): string =>
  derivedKey(cardFingerprintKey, "purser request fingerprints");

export const edgeConfig = (
  vars: Vars<typeof edgeVariables>,
  runtime: AppConfig["runtime"],
  version: string,
): EdgeConfig => ({
  app: {
    version,
    runtime,
    adminToken: vars.ADMIN_TOKEN,
    metricsToken: vars.METRICS_TOKEN,
    corsOrigins: vars.CORS_ORIGINS.split(",")
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ""),
    rateLimitPerSecond: vars.RATE_LIMIT_PER_SECOND,
    maxBodyBytes: vars.BODY_LIMIT_BYTES,
    logShare: vars.LOG_SAMPLE_RATE,
    slowMs: vars.SLOW_REQUEST_MS,
  },
  traces: traceTarget(vars),
  logLevel: vars.LOG_LEVEL,
});

export const databaseConfig = (
  vars: Vars<typeof databaseVariables>,
  runtime: AppConfig["runtime"],
): DatabaseConfig => ({
  url: vars.DATABASE_URL,
  readUrl: vars.DATABASE_READ_URL,
  driver: driverFor(runtime, vars),
  endpoint: vars.NEON_ENDPOINT,
  connections: vars.DATABASE_CONNECTIONS,
  keyRetentionDays: vars.IDEMPOTENCY_KEY_RETENTION_DAYS,
});

export const walletsConfig = (vars: Vars<typeof walletsVariables>): WalletsConfig => ({
  cards: {
    encryptionKeys: vars.CARD_ENCRYPTION_KEYS,
    fingerprintKey: vars.CARD_FINGERPRINT_KEY,
    cvvKey: vars.CARD_CVV_KEY,
    numberRange: vars.CARD_NUMBER_RANGE,
  },
  signingKeys: vars.RECEIPT_SIGNING_KEYS,
  lanes: {
    count: vars.LANES,
    region: vars.LANE_REGION,
    generation: vars.LANE_GENERATION,
  },
});

/** A connection lives no longer than its request on Workers: it is Neon's HTTP, or Hyperdrive keeps them. */
const driverFor = (
  runtime: AppConfig["runtime"],
  { DATABASE_DRIVER: asked, HYPERDRIVE }: Vars<typeof databaseVariables>,
): "neon" | "postgres" => {
  if (runtime !== "workers") return asked ?? "postgres";
  if (asked === "postgres" && !HYPERDRIVE) {
    throw new InvalidEnvironment(
      "The environment is not right.\n  DATABASE_DRIVER: postgres on Workers wants the binding HYPERDRIVE",
    );
  }
  return asked ?? "neon";
};
