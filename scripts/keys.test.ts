import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readGatewayConfig, readWalletsConfig } from "../src/runtime/services/config.ts";

const script = fileURLToPath(new URL("keys.ts", import.meta.url));

const printed = (args: readonly string[], env: Record<string, string> = {}): string[] =>
  execFileSync(process.execPath, [script, ...args], { env, encoding: "utf8" })
    .trim()
    .split("\n");

const variables = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    lines
      .filter((line) => !line.startsWith("#"))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );

test("secrets of services are grouped by who needs them, and are what each asks for", () => {
  const lines = printed(["secrets", "--services"]);
  const at = (service: string): number => lines.indexOf(`# ${service}`);
  expect([at("gateway"), at("directory")]).toEqual([0, 3]);
  const gateway = variables(lines.slice(at("gateway"), at("directory")));
  const wallets = variables(lines.slice(at("wallets")));
  const config = readGatewayConfig(gateway);
  readWalletsConfig({ ...wallets, DATABASE_URL: "postgres://127.0.0.1/purser" });
  // A deployment that becomes services keeps its key.
  const { CARD_FINGERPRINT_KEY = "" } = wallets;
  expect(variables(printed(["request-key"], { CARD_FINGERPRINT_KEY }))).toEqual({
    REQUEST_FINGERPRINT_KEY: config.requestKey,
  });
});
