import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { scopes } from "../../src/domain/actor.ts";
import { type Answer, type client, dataOf, type Json, type Server } from "../support/api.ts";
import { rowsOf } from "../support/dump.ts";
import { newOrganization } from "../support/organization.ts";
import type { Card } from "../support/resources.ts";

export interface LoggedServer extends Server {
  /** Everything that it has printed. */
  log(): Promise<string>;
  /** What it was configured with and must keep to itself. */
  readonly configured: readonly string[];
}

const number = "4012888888881881";
const invalidNumber = "4012888888881882";
const cvv = "8365";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * A session with everything that goes wrong in it: afterwards no secret is in what the
 * server printed, nor in any error it answered.
 */
export const secretSuite = (server: LoggedServer): void => {
  const errors: string[] = [];
  const noted = async <T>(sent: Promise<Answer<T>>): Promise<Answer<T>> => {
    const answer = await sent;
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    if (answer.status >= 400) errors.push(`${headers}\n${answer.text}`);
    return answer;
  };

  const session = async (): Promise<string[]> => {
    const organization = await newOrganization(server);
    const { api, apiKey } = organization;
    const second = dataOf(
      await api.post<{ id: string; key: string }>("/v1/api-keys", { name: "Second", scopes }),
    );
    const wallet = await organization.wallet(5_000);
    const card = { walletId: wallet.id, number, expMonth: 12, expYear: 2099, cvv };
    const brought = dataOf(await api.post<Card>("/v1/cards", card, crypto.randomUUID()));
    const issued = await organization.card(wallet.id);
    const shown = dataOf(
      await api.get<{ number: string; cvv: string }>(`/v1/cards/${issued.id}/secrets`),
    );
    expect(dataOf(await api.get<Json>(`/v1/cards/${brought.id}/secrets`))).toEqual({ number });
    dataOf(await api.post("/v1/authorizations", { cardId: brought.id, amount: 100 }));

    const misplaced: Json[] = [
      card,
      { ...card, number: invalidNumber },
      { ...card, number: Number(number) },
      { ...card, cvv: Number(cvv) },
      { ...card, [number]: number },
      { ...card, walletId: number },
      { ...card, metadata: { number: { number } } },
      { ...card, expYear: number, cvv: { cvv } },
    ];
    for (const body of misplaced) {
      expect((await noted(api.post("/v1/cards", body))).status).toBeGreaterThanOrEqual(400);
    }
    const strange = [
      noted(api.send("POST", "/v1/cards", { raw: `{"number":"${number}","cvv":"${cvv}"` })),
      noted(
        api.send("POST", "/v1/cards", {
          raw: JSON.stringify(card),
          headers: { "Content-Type": "text/plain" },
        }),
      ),
      noted(api.get(`/v1/cards/${number}`)),
      noted(api.get(`/v1/cards?cursor=${number}`)),
      noted(api.get(`/v1/users?email=${number}`)),
      noted(api.get(`/v1/${apiKey}`)),
      noted(api.get(`/v1/wallets?teamId=${second.key}`)),
      noted(api.send("GET", "/v1/wallets", { token: `${apiKey}x` })),
      noted(api.send("GET", "/v1/wallets", { token: server.adminToken })),
      noted(api.send("GET", "/v1/organizations", { token: apiKey })),
      noted(api.send("GET", "/v1/wallets", { token: number })),
      noted(api.send("GET", "/v1/wallets", { headers: { "X-Request-Id": `${apiKey} ${number}` } })),
      noted(api.send("GET", "/v1/none", { headers: { "User-Agent": apiKey, Referer: number } })),
      noted(
        api.send("POST", "/v1/users", {
          json: {},
          headers: { "Idempotency-Key": `${apiKey} ${number}` },
        }),
      ),
    ];
    for (const { status } of await Promise.all(strange)) {
      expect([200, 400, 401, 403, 404, 415, 422]).toContain(status);
    }
    expect(strange).toHaveLength(14);
    await failures(server, noted, api.post, { wallet: wallet.id, number });
    return [
      number,
      invalidNumber,
      shown.number,
      apiKey,
      second.key,
      ...[apiKey, second.key].map((key) => key.split(".")[1] ?? ""),
      ...[apiKey, second.key].map((key) => sha256(key.split(".")[1] ?? "")),
      server.adminToken,
      sha256(server.adminToken),
      new URL(server.databaseUrl).password,
      ...server.configured,
    ].filter((secret) => secret.length > 0);
  };

  describe("secrets", () => {
    test("are in no log line and no error, whatever goes wrong", async () => {
      const secrets = await session();
      expect(secrets.length).toBeGreaterThan(12);
      // Each key's hash is what the database has: so the right thing is looked for.
      const hashes = await rowsOf(server, "select secret_sha256 from directory.api_keys");
      for (const hash of secrets.filter((secret) => /^[0-9a-f]{64}$/.test(secret)).slice(0, 2)) {
        expect(hashes.map((row) => row["secret_sha256"])).toContain(hash);
      }
      const log = await server.log();
      expect(log.split("\n").length).toBeGreaterThan(30);
      expect(log.includes('"status":500'), "a failure is logged").toBe(true);
      expect(errors.length).toBeGreaterThan(20);
      const said = errors.join("\n");
      for (const secret of secrets) {
        expect(log.includes(secret), `${secret.slice(0, 3)}... is logged`).toBe(false);
        expect(said.includes(secret), `${secret.slice(0, 3)}... is answered`).toBe(false);
      }
      // Four digits may stand in an id or a duration; what is left has none of them.
      const bare = (text: string) =>
        text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}|\d+\.\d+/g, "");
      const inside = [
        new RegExp(`\\b${cvv}\\b`),
        /\b(select|insert into|update) .*\b(from|values|set)\b/i,
        /postgres(ql)?:\/\//,
        /harbour\.example/,
      ];
      for (const text of [bare(log), bare(said)]) {
        for (const pattern of inside)
          expect(pattern.exec(text)?.[0], String(pattern)).toBe(undefined);
      }
    });
  });
};

type Noted = <T>(sent: Promise<Answer<T>>) => Promise<Answer<T>>;

/** The database fails under requests that carry secrets. */
const failures = async (
  server: Server,
  noted: Noted,
  post: ReturnType<typeof client>["post"],
  { wallet, number: taken }: { readonly wallet: string; readonly number: string },
): Promise<void> => {
  const rename = (from: string, to: string) =>
    rowsOf(server, `alter table ${from} rename to ${to}`);
  await rename("directory.users", "users_gone");
  try {
    const user = await noted(post("/v1/users", { email: "ada@harbour.example", name: taken }));
    expect([user.status, user.problem.code]).toEqual([500, "internal_error"]);
    const card = {
      walletId: wallet,
      cardholderId: crypto.randomUUID(),
      number: taken,
      expMonth: 1,
      expYear: 2099,
      cvv,
    };
    expect((await noted(post("/v1/cards", card))).status).toBe(500);
  } finally {
    await rename("directory.users_gone", "users");
  }
  await rename("wallets.postings", "postings_gone");
  try {
    const answer = await noted(
      post(`/v1/wallets/${wallet}/deposits`, { amount: 5, reference: taken }),
    );
    expect(answer.status).toBeGreaterThanOrEqual(500);
  } finally {
    await rename("wallets.postings_gone", "postings");
  }
  expect((await post(`/v1/wallets/${wallet}/deposits`, { amount: 5 })).status).toBe(201);
};
