import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { neonDatabase } from "../../src/db/drivers/neon.ts";
import { client, times } from "../support/api.ts";
import { newOrganization } from "../support/organization.ts";
import { workerServer } from "./server.ts";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Keeps everyone from reading keys for a while. */
const lockKeys = (seconds: number): Promise<unknown> => {
  const database = neonDatabase({ url: env.DATABASE_URL ?? "", endpoint: env.NEON_ENDPOINT ?? "" });
  return database.batch([
    {
      name: "test.lock",
      text: "lock table directory.api_keys in access exclusive mode",
      params: [],
    },
    { name: "test.sleep", text: "select pg_sleep($1::float8)", params: [String(seconds)] },
  ]);
};

test("requests that wait for a look-up are answered though the one that began it was cancelled", async () => {
  const organization = await newOrganization(workerServer);
  const key = await organization.key(["users:read"]);
  const api = client(workerServer, key);
  const locked = lockKeys(1);
  await pause(150);
  const cancel = new AbortController();
  const first = api.send("GET", "/v1/users", { signal: cancel.signal }).then(
    () => "answered",
    () => "cancelled",
  );
  await pause(50);
  const waiting = times(5, () => api.get("/v1/users"));
  await pause(50);
  cancel.abort();
  expect(await first).toBe("cancelled");
  const answers = await Promise.all(waiting);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  await locked;
  // And the isolate goes on as if nothing had happened.
  expect((await api.get("/v1/users")).status).toBe(200);
});

test("a payment whose client went away is booked once, and asked for again it is the same", async () => {
  const organization = await newOrganization(workerServer);
  const wallet = await organization.wallet(1_000);
  const card = await organization.card(wallet.id);
  const key = crypto.randomUUID();
  const json = { cardId: card.id, amount: 100 };
  for (let round = 0; round < 5; round++) {
    const cancel = new AbortController();
    const sent = organization.api
      .send("POST", "/v1/authorizations", { json, key, signal: cancel.signal })
      .catch(() => undefined);
    await pause(round);
    cancel.abort();
    await sent;
  }
  const again = await organization.api.post("/v1/authorizations", json, key);
  expect([again.status, again.data["approved"]]).toEqual([201, true]);
  expect(await organization.walletNow(wallet.id)).toMatchObject({ available: 900, held: 100 });
});
