import { expect, test } from "vitest";
import { freshSecrets } from "../../../scripts/secrets.ts";
import { serviceSecrets } from "../../../scripts/services/service-secrets.ts";
import { InvalidEnvironment, readConfig } from "../config.ts";
import { macWith } from "../sha256.ts";
import { readDirectoryConfig, readGatewayConfig, readWalletsConfig } from "./config.ts";

const secrets = freshSecrets();
const of = serviceSecrets(secrets);
const database = { DATABASE_URL: "postgres://127.0.0.1/purser" };

test("each service is content with the secrets that it gets", () => {
  expect(readGatewayConfig(of.gateway).app.adminToken).toBe(secrets.ADMIN_TOKEN);
  expect(readDirectoryConfig({ ...of.directory, ...database }).database.driver).toBe("neon");
  const wallets = readWalletsConfig({ ...of.wallets, ...database });
  expect(wallets.cards.fingerprintKey).toBe(secrets.CARD_FINGERPRINT_KEY);
  expect(Object.keys(wallets.signingKeys ?? {})).toEqual(["1"]);
});

test.each([
  ["gateway", readGatewayConfig, of.gateway, "REQUEST_FINGERPRINT_KEY"],
  ["directory", readDirectoryConfig, database, "DATABASE_URL"],
  ["wallets", readWalletsConfig, { ...of.wallets, ...database }, "CARD_CVV_KEY"],
] as const)("the %s says by name what it misses", (_, read, env, name) => {
  const { [name as never]: _left, ...rest } = env as Record<string, string>;
  expect(() => read(rest)).toThrow(InvalidEnvironment);
  expect(() => read(rest)).toThrow(name);
});

test("no service has a secret of another, and the gateway none of the cards", () => {
  const values = Object.values(of).map((one) => Object.values(one));
  expect(new Set(values.flat()).size).toBe(values.flat().length);
  for (const [name, value] of Object.entries(secrets)) {
    if (name !== "ADMIN_TOKEN") expect(JSON.stringify(of.gateway)).not.toContain(value);
  }
});

test("the gateway fingerprints requests as the monolith does, so that it knows them again", () => {
  const monolith = readConfig({ ...secrets, ...database }, "workers", "1");
  const gateway = readGatewayConfig(of.gateway);
  expect(macWith(gateway.requestKey)("a")).toBe(macWith(monolith.requestKey)("a"));
  const other = readConfig({ ...freshSecrets(), ...database }, "workers", "1");
  expect(macWith(other.requestKey)("a")).not.toBe(macWith(monolith.requestKey)("a"));
});

test("a key of its own for fingerprints of requests is used where one is given", () => {
  const REQUEST_FINGERPRINT_KEY = "a".repeat(43).concat("=");
  const env = { ...secrets, ...database, REQUEST_FINGERPRINT_KEY };
  expect(readConfig(env, "node", "1").requestKey).toBe(REQUEST_FINGERPRINT_KEY);
});
