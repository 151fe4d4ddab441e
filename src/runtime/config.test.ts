import { describe, expect, test } from "vitest";
import { freshSecrets } from "../../scripts/secrets.ts";
import { InvalidEnvironment, readConfig } from "./config.ts";

const read = (over: Readonly<Record<string, string>> = {}) =>
  readConfig(
    { ...freshSecrets(), DATABASE_URL: "postgres://localhost/purser", ...over },
    "node",
    "1.2.3",
  );

const wrongOf = (over: Readonly<Record<string, string>>): string => {
  try {
    read(over);
  } catch (error) {
    if (error instanceof InvalidEnvironment) return error.message;
    throw error;
  }
  return "";
};

describe("a replica", () => {
  test("is none unless it is named", () => {
    expect(read().database.readUrl).toBeUndefined();
    expect(read({ DATABASE_READ_URL: "" }).database.readUrl).toBeUndefined();
    const url = "postgres://replica/purser";
    expect(read({ DATABASE_READ_URL: url }).database.readUrl).toBe(url);
  });

  test("that is no PostgreSQL is refused by name, without its value", () => {
    const wrong = wrongOf({ DATABASE_READ_URL: "https://user:secret@replica" });
    expect(wrong).toContain("DATABASE_READ_URL: must be a PostgreSQL URL");
    expect(wrong).not.toContain("secret");
  });
});

describe("where traces go", () => {
  test("nowhere, unless a collector is named", () => {
    expect(read().traces).toBeUndefined();
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: "" }).traces).toBeUndefined();
  });

  test.each(["http://127.0.0.1:4318", "http://127.0.0.1:4318/"])(
    "to %s, under /v1/traces",
    (url) => {
      expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: url }).traces).toEqual({
        url: "http://127.0.0.1:4318/v1/traces",
        headers: {},
        share: 1,
        serviceName: "purser",
      });
    },
  );

  test("to the URL for traces as it is, if there is one, with percent-encoded headers", () => {
    const traces = {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://collector.example/otlp",
      OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20a%3Db, x-team = ledger",
      OTEL_TRACES_SAMPLER_ARG: "0.25",
      OTEL_SERVICE_NAME: "purser-eu",
    };
    expect(read(traces).traces).toEqual({
      url: "https://collector.example/otlp",
      headers: { authorization: "Bearer a=b", "x-team": "ledger" },
      share: 0.25,
      serviceName: "purser-eu",
    });
  });

  test.each([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://127.0.0.1:4317"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "Bearer abc-secret"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "a=%zz-secret"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "a=%0d%0ax:secret"],
    ["OTEL_TRACES_SAMPLER_ARG", "2"],
    ["LOG_SAMPLE_RATE", "-0.1"],
    ["SLOW_REQUEST_MS", "soon"],
  ])("%s=%s is refused by its name, and never by its value", (name, value) => {
    expect(wrongOf({ [name]: value })).toContain(name);
    expect(wrongOf({ [name]: value })).not.toContain("secret");
  });
});

test("lines are sampled, and requests slow, as they are told to", () => {
  expect(read().app).toMatchObject({ logShare: 1, slowMs: 1_000 });
  const told = read({ LOG_SAMPLE_RATE: "0.05", SLOW_REQUEST_MS: "250" });
  expect(told.app).toMatchObject({ logShare: 0.05, slowMs: 250 });
});

describe("the database on Workers", () => {
  const onWorkers = (over: Readonly<Record<string, unknown>>) =>
    readConfig({ ...freshSecrets(), ...over }, "workers", "1").database;
  const HYPERDRIVE = { connectionString: "postgres://a:b@hyperdrive.local:5432/purser" };

  test("is Neon where nothing else is said, also while Hyperdrive is only bound", () => {
    const DATABASE_URL = "postgres://localhost/purser";
    expect(onWorkers({ DATABASE_URL, HYPERDRIVE })).toMatchObject({
      url: DATABASE_URL,
      driver: "neon",
    });
  });

  test("is where Hyperdrive leads, if that is said, without a URL of our own", () => {
    const found = { url: HYPERDRIVE.connectionString, driver: "postgres" };
    expect(onWorkers({ DATABASE_DRIVER: "postgres", HYPERDRIVE })).toMatchObject(found);
  });

  test("is not reached by PostgreSQL's protocol without the binding", () => {
    const DATABASE_URL = "postgres://localhost/purser";
    expect(() => onWorkers({ DATABASE_URL, DATABASE_DRIVER: "postgres" })).toThrow("HYPERDRIVE");
  });
});

test("what is not set is said so, and what is wrong is said otherwise", () => {
  expect(wrongOf({ DATABASE_URL: "", CARD_CVV_KEY: "short" })).toBe(
    "The environment is not complete.\n  DATABASE_URL: is not set\n  CARD_CVV_KEY: must be 32 bytes in base64",
  );
});
