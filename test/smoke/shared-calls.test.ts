import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { tally, times } from "../support/api.ts";
import { testDatabase } from "../support/database.ts";
import { testEdges } from "../support/edges.ts";
import { newOrganization } from "../support/organization.ts";

/** Cancels a request as the runtime does whose client has gone, after as long as its header says. */
const impatient = `export default {
  async fetch(request, env) {
    const patience = request.headers.get("x-patience-ms");
    if (patience === null) return env.BEHIND.fetch(request);
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), Number(patience));
    return env.BEHIND.fetch(request, { signal: cancel.signal })
      .catch(() => new Response(null, { status: 499 }));
  },
};`;

test("payments in the call of a request that is cancelled are made and answered, and it is too", async () => {
  const database = await testDatabase();
  const { urls, adminToken } = await testEdges(database, [{ front: impatient }]);
  const organization = await newOrganization({
    url: urls[0] ?? "",
    adminToken,
    databaseUrl: database.url,
    database: database.postgres(),
    fetch: (request) => fetch(request),
  });
  const wallet = await organization.wallet(1_000);
  const card = await organization.card(wallet.id);
  const key = await organization.key(["authorizations:write"]);
  const pay = async (headers: Readonly<Record<string, string>> = {}): Promise<number> => {
    const { status } = await fetch(new URL("/v1/authorizations", urls[0]), {
      method: "POST",
      headers: {
        Authorization: `Bearer ${key}`,
        "Content-Type": "application/json",
        ...headers,
      },
      body: JSON.stringify({ cardId: card.id, amount: 1 }),
    });
    return status;
  };
  for (let round = 1; round <= 5; round++) {
    const held = database.postgres().batch([
      {
        name: "test.lock",
        text: "select from wallets.wallets where id = $1::uuid for update",
        params: [wallet.id],
      },
      { name: "test.sleep", text: "select pg_sleep(0.5)", params: [] },
    ]);
    await pause(100);
    // Its commit waits for the lock, and so its call is under way when the others come.
    const first = pay();
    await pause(50);
    // Whichever of them makes a call for those that come with it.
    const cancelled = times(10, () => pay({ "x-patience-ms": "100" }));
    const others = times(10, () => pay());
    expect(await first).toBe(201);
    expect(tally(await Promise.all(cancelled))).toEqual({ 499: 10 });
    expect(tally(await Promise.all(others))).toEqual({ 201: 10 });
    await held;
    expect(await organization.walletNow(wallet.id)).toMatchObject({ held: round * 21 });
  }
}, 60_000);
