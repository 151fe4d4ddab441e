import { Client, neonConfig } from "@neondatabase/serverless";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { onFileEnd } from "../test/support/cleanup.ts";
import { emptyDatabase } from "../test/support/database.ts";
import { startNeonEndpoint } from "./neon-endpoint.ts";

const { url, neonEndpoint } = await emptyDatabase();

const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(neonEndpoint, {
    method: "POST",
    headers: { "Neon-Connection-String": url, ...headers },
    body: JSON.stringify(body),
  });

test("answers with rows of raw text, their types, the command and the count", async () => {
  const response = await post({
    query: "select $1::int as a, true as b, null as c",
    params: ["7"],
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    command: "SELECT",
    rowCount: 1,
    rowAsArray: true,
    fields: [
      { name: "a", dataTypeID: 23 },
      { name: "b", dataTypeID: 16 },
      { name: "c", dataTypeID: 25 },
    ],
    rows: [["7", "t", null]],
  });
});

test("answers PostgreSQL's errors with 400 and all of their fields", async () => {
  await post({ query: "create table t (id int constraint t_key primary key)" });
  await post({ query: "insert into t values (1)" });
  const response = await post({ query: "insert into t values (1)" });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    code: "23505",
    severity: "ERROR",
    constraint: "t_key",
    detail: "Key (id)=(1) already exists.",
  });
});

test("refuses several statements in one query, as Neon does", async () => {
  const response = await post({ query: "select 1; select 2" });
  expect(await response.json()).toMatchObject({ code: "42601" });
});

test("refuses what is not a request of the driver's", async () => {
  expect((await fetch(neonEndpoint, { method: "POST", body: "{}" })).status).toBe(400);
  expect((await fetch(neonEndpoint)).status).toBe(404);
});

test("Neon's client works over its WebSocket, transactions included", async () => {
  neonConfig.webSocketConstructor = WebSocket;
  neonConfig.useSecureWebSocket = false;
  neonConfig.pipelineConnect = false;
  neonConfig.wsProxy = (host, port) =>
    `${neonEndpoint.replace("http://", "").replace("/sql", "")}/v1?address=${host}:${port}`;
  const client = new Client(url);
  await client.connect();
  await client.query("begin");
  const { rows } = await client.query("select $1::text as text, txid_current() > 0 as inside", [
    "ö",
  ]);
  await client.query("rollback");
  await client.end();
  expect(rows).toEqual([{ text: "ö", inside: true }]);
});

test("its WebSocket leads to this machine only", async () => {
  const address = neonEndpoint
    .replace("http:", "ws:")
    .replace("/sql", "/v1?address=192.0.2.1:5432");
  const socket = new WebSocket(address);
  const outcome = await new Promise((resolve) => {
    socket.once("open", () => resolve("open"));
    socket.once("error", () => resolve("refused"));
  });
  expect(outcome).toBe("refused");
});

test("latency is added to each answer", async () => {
  const slow = await startNeonEndpoint({ faults: { latencyMs: 150 } });
  onFileEnd(() => slow.stop());
  const started = performance.now();
  await fetch(slow.url, {
    method: "POST",
    headers: { "Neon-Connection-String": url },
    body: JSON.stringify({ query: "select 1" }),
  });
  expect(performance.now() - started).toBeGreaterThanOrEqual(145);
});
