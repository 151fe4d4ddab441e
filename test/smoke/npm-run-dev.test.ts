import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { freePort } from "../../scripts/postgres.ts";
import { client, dataOf, type Json, type Server } from "../support/api.ts";
import { onFileEnd } from "../support/cleanup.ts";
import { scrape } from "../support/metrics.ts";
import { sumOf } from "../support/open-metrics.ts";
import { familyOf, stillRunning } from "../support/processes.ts";
import type { Authorization, Card, Identified, Wallet } from "../support/resources.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Without what this run's own npm says, which would make the inner one believe that it is the outer. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|DATABASE_URL$)/.test(name)),
  );

test("npm run dev: READY within a minute, a payment on Workers, and nothing left after SIGTERM", async () => {
  const port = await freePort();
  const started = Date.now();
  const args = ["run", "dev", "--", "--fresh", "--no-seed", "--port", String(port)];
  const npm = spawn("npm", args, {
    cwd: root,
    env: environment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let family: number[] = [];
  onFileEnd(async () => {
    for (const pid of stillRunning(family)) process.kill(pid, "SIGKILL");
  });

  const lines: string[] = [];
  for await (const line of createInterface({ input: npm.stdout })) {
    lines.push(line);
    if (line.startsWith("READY ")) break;
  }
  npm.stdout.resume();
  expect(Date.now() - started).toBeLessThan(60_000);
  const ready = JSON.parse(String(lines.at(-1)).slice("READY ".length)) as Json;
  const { metricsToken: _, ...named } = ready;
  expect(named).toEqual({
    url: `http://127.0.0.1:${port}`,
    apiKey: expect.stringMatching(/^[0-9a-f-]{36}\.\S{20,}$/),
    adminToken: expect.stringMatching(/^\S{32,}$/),
    databaseUrl: expect.stringMatching(/^postgres(ql)?:\/\//),
  });
  family = familyOf(npm.pid ?? 0);
  // npm, the script, PostgreSQL with its own, wrangler, workerd.
  expect(family.length).toBeGreaterThan(6);

  const server = { ...named, fetch: (request: Request) => fetch(request) } as unknown as Server;
  const api = client(server, String(ready["apiKey"]));
  expect(JSON.parse((await api.get("/health")).text)).toMatchObject({ runtime: "workers" });
  expect((await api.get("/ready")).status).toBe(200);
  expect(dataOf(await api.get<Json[]>("/v1/wallets"))).toEqual([]);
  expect((await client(server, server.adminToken).get("/v1/organizations")).status).toBe(200);
  const user = dataOf(await api.post<Identified>("/v1/users", { email: "ada@harbour.example" }));
  const wallet = dataOf(await api.post<Wallet>("/v1/wallets", { userId: user.id }));
  dataOf(await api.post(`/v1/wallets/${wallet.id}/deposits`, { amount: 5_000 }));
  const card = dataOf(await api.post<Card>("/v1/cards", { walletId: wallet.id }));
  const body = { cardId: card.id, amount: 1_250 };
  const paid = dataOf(await api.post<Authorization>("/v1/authorizations", body));
  expect(paid).toMatchObject({ approved: true, held: 1_250 });
  const metrics = await scrape(server);
  expect(sumOf(metrics, "purser_authorizations_total", { outcome: "approved" })).toBe(1);

  const exited = once(npm, "exit");
  npm.kill("SIGTERM");
  await exited;
  await expect.poll(() => stillRunning(family), { timeout: 15_000, interval: 100 }).toEqual([]);
  await expect(fetch(new URL("/health", server.url))).rejects.toThrow();
});
