import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { type ApiClient, apiClient } from "../../scripts/api-client.ts";
import { freshSecrets } from "../../scripts/secrets.ts";
import { seed } from "../../scripts/seed/seed.ts";
import { testDatabase } from "../support/database.ts";
import { scrape } from "../support/metrics.ts";
import { sumOf } from "../support/open-metrics.ts";
import { type TestServer, testServer } from "../support/server.ts";

interface Wallet {
  readonly id: string;
  readonly available: number;
  readonly held: number;
}

describe.each(["node", "deno"] as const)("on %s", (runtime) => {
  let server: TestServer;
  let api: ApiClient;
  let apiKey: string;

  beforeAll(async () => {
    server = await testServer(runtime, await testDatabase());
    const admin = apiClient(server.url, server.adminToken);
    const organization = await admin.post<{ apiKey: string }>("/v1/organizations", {
      name: "Smoke",
    });
    apiKey = organization.apiKey;
    api = apiClient(server.url, apiKey);
    await seed(server.url, apiKey, () => {});
    // Again: every step is replayed, and what follows counts each once.
    await seed(server.url, apiKey, () => {});
  });

  test("says which runtime it is, and that it is ready", async () => {
    const health = await fetch(`${server.url}/health`);
    expect(await health.json()).toMatchObject({ status: "ok", runtime });
    expect(await api.status("/ready")).toBe(200);
  });

  test("serves metrics, the OpenAPI document and the API reference with its files", async () => {
    const metrics = await scrape({ url: server.url, fetch });
    expect(sumOf(metrics, "purser_build_info", { runtime })).toBe(1);
    expect(sumOf(metrics, "purser_authorizations_total")).toBe(8);
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as object;
    expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./) });
    expect(await api.status("/docs")).toBe(200);
    const script = await fetch(`${server.url}/docs/swagger-ui-bundle.js`);
    expect(script.status).toBe(200);
    expect((await script.text()).length).toBeGreaterThan(100_000);
  });

  test("moves money: what is available and held is what was paid in", async () => {
    const wallets = await api.get<Wallet[]>("/v1/wallets");
    expect(wallets).toHaveLength(3);
    const total = wallets.reduce((sum, { available, held }) => sum + available + held, 0);
    expect(total).toBe(400_000 + 20_000 + 40_000);
  });

  test("approves and declines payments, with reasons for the declined ones", async () => {
    const payments = await api.get<{ approved: boolean; reasons: unknown[]; amount: number }[]>(
      "/v1/authorizations?limit=100",
    );
    expect(payments.filter(({ approved }) => approved)).toHaveLength(5);
    const declined = payments.filter(({ approved }) => !approved);
    expect(declined).toHaveLength(3);
    expect(declined.every(({ reasons }) => reasons.length > 0)).toBe(true);
  });

  test("answers without a key with a problem document, and leaks nothing", async () => {
    const response = await fetch(`${server.url}/v1/wallets`);
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(await response.json()).toMatchObject({ code: "unauthenticated" });
  });

  test("no card number, key or token is in what it prints", async () => {
    const [card] = await api.get<{ id: string }[]>("/v1/cards?limit=1");
    const secrets = await api.get<{ number: string }>(`/v1/cards/${card?.id}/secrets`);
    expect(secrets.number).toMatch(/^\d{16}$/);
    const log = await server.log();
    expect(log).toContain('"event":"request"');
    for (const secret of [secrets.number, apiKey, apiKey.split(".")[1], server.adminToken]) {
      expect(log).not.toContain(secret);
    }
  });

  test("ends in order when it is told to, however busy its clients keep their connections", async () => {
    let answered = 0;
    let ended = false;
    const ask = async (): Promise<void> => {
      while (!ended) {
        // Where the connection is closed or refused, the next one is tried.
        const status = await api.status("/v1/wallets").catch(() => undefined);
        if (status === 200) answered += 1;
      }
    };
    const clients = Array.from({ length: 8 }, ask);
    await expect.poll(() => answered).toBeGreaterThan(20);
    const code = await server.stop();
    ended = true;
    await Promise.all(clients);
    expect(code).toBe(0);
    expect(await server.log()).toContain('"event":"stopping"');
  });
});

test("a wrong environment is named, without its value, before anything starts", () => {
  const script = fileURLToPath(new URL("../../src/runtime/node.ts", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script], {
    env: {
      ...freshSecrets(),
      CARD_CVV_KEY: "not-a-key",
      DATABASE_URL: "mysql://secret@nowhere/db",
    },
    encoding: "utf8",
  });
  expect(status).not.toBe(0);
  expect(stderr).toContain("CARD_CVV_KEY");
  expect(stderr).toContain("DATABASE_URL");
  expect(stderr).not.toMatch(/not-a-key|secret@nowhere/);
});
