import * as z from "zod";
import { type AppConfig, defaultMaxBodyBytes } from "../routes/services.ts";
import type { SigningKeys } from "./signer.ts";
import { type TraceTarget, traceTarget, traceVariables } from "./trace-config.ts";
import { optional, share } from "./variables.ts";

/** The environment, on every runtime: variables and secrets by name. */
export type Environment = Readonly<Record<string, unknown>>;

const keyOf32Bytes = z.string().regex(/^[A-Za-z0-9+/]{43}=$/, "must be 32 bytes in base64");

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

const environment = z.object({
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, "must be a PostgreSQL URL"),
  DATABASE_DRIVER: optional(z.enum(["neon", "postgres"]).optional()),
  DATABASE_CONNECTIONS: optional(flag(10, 1, 100)),
  /** Full URL of an `/sql` endpoint that is not Neon's own: the local one. */
  NEON_ENDPOINT: optional(z.url().optional()),
  ADMIN_TOKEN: optional(z.string().min(32).optional()),
  METRICS_TOKEN: optional(z.string().min(16).optional()),
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
  LANES: optional(flag(8, 1, 65_536)),
  LANE_REGION: optional(
    z
      .string()
      .regex(/^[a-z]{2,8}$/)
      .optional(),
  ),
  LANE_GENERATION: optional(flag(1, 1, 1_000_000)),
  /** How often holds that are due are released; Workers have a cron trigger for it. */
  SWEEP_SECONDS: optional(flag(10, 1, 3_600)),
  RATE_LIMIT_PER_SECOND: optional(flag(1_000, 1, 100_000)),
  CORS_ORIGINS: optional(z.string().default("")),
  BODY_LIMIT_BYTES: optional(flag(defaultMaxBodyBytes, 1_024, 16_777_216)),
  LOG_SAMPLE_RATE: optional(share),
  SLOW_REQUEST_MS: optional(flag(1_000, 1, 600_000)),
  ...traceVariables,
  LOG_LEVEL: optional(z.enum(["debug", "info", "warn", "error", "silent"]).default("info")),
  HOST: optional(z.string().default("127.0.0.1")),
  PORT: optional(flag(8787, 0, 65_535)),
});

export interface Config {
  readonly app: AppConfig;
  readonly database: {
    readonly url: string;
    readonly driver: "neon" | "postgres";
    readonly endpoint: string | undefined;
    readonly connections: number;
  };
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
  readonly sweepSeconds: number;
  /** Where traces are exported to; `undefined` if nowhere. */
  readonly traces: TraceTarget | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
  readonly host: string;
  readonly port: number;
}

/** What stands in the way is said by name, never by value: these are secrets. */
export class InvalidEnvironment extends Error {
  override readonly name = "InvalidEnvironment";
}

/** Reads the configuration, or throws `InvalidEnvironment` that names every variable that is wrong. */
export const readConfig = (
  env: Environment,
  runtime: AppConfig["runtime"],
  version: string,
): Config => {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new InvalidEnvironment(`The environment is not complete.\n  ${wrong.join("\n  ")}`);
  }
  const vars = parsed.data;
  return {
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
    database: {
      url: vars.DATABASE_URL,
      driver: driverFor(runtime, vars.DATABASE_DRIVER),
      endpoint: vars.NEON_ENDPOINT,
      connections: vars.DATABASE_CONNECTIONS,
    },
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
    sweepSeconds: vars.SWEEP_SECONDS,
    traces: traceTarget(vars),
    logLevel: vars.LOG_LEVEL,
    host: vars.HOST,
    port: vars.PORT,
  };
};

/** A connection belongs to the request that made it on Workers, so there it is Neon over HTTP. */
const driverFor = (
  runtime: AppConfig["runtime"],
  asked: "neon" | "postgres" | undefined,
): "neon" | "postgres" => {
  if (runtime !== "workers") return asked ?? "postgres";
  if (asked === "postgres") {
    throw new InvalidEnvironment(
      "The environment is not right.\n  DATABASE_DRIVER: must be neon on Workers",
    );
  }
  return "neon";
};
