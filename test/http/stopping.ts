import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { times } from "../support/api.ts";
import { rowsOf } from "../support/dump.ts";
import type { HttpServer } from "../support/http-server.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { newOrganization } from "../support/organization.ts";

interface Sent {
  readonly key: string;
  /** What the client saw: a status, or why there was none. */
  readonly outcome: number | string;
  /** Whether its connection had carried an answer before. */
  readonly reused: boolean;
}

/** Sends one deposit over connections that are kept. */
const deposit = (agent: Agent, url: URL, apiKey: string, key: string): Promise<Sent> =>
  new Promise((resolve) => {
    const body = '{"amount":7}';
    const sent = request(url, {
      agent,
      method: "POST",
      headers: {
        Authorization: `Bearer ${apiKey}`,
        "Content-Type": "application/json",
        "Content-Length": body.length,
        "Idempotency-Key": key,
      },
    });
    const seen = (outcome: number | string) => resolve({ key, outcome, reused: sent.reusedSocket });
    sent.on("response", (response) => {
      response.on("end", () => seen(response.statusCode ?? 0));
      response.on("error", () => seen("cut off"));
      response.resume();
    });
    sent.on("error", (error: NodeJS.ErrnoException) => seen(error.code ?? error.message));
    sent.end(body);
  });

/** A connection on which a text is sent that is no request yet. */
const silent = async (url: URL, text: string): Promise<void> => {
  const socket = connect(Number(url.port), url.hostname).on("error", () => {});
  await once(socket, "connect");
  socket.write(text);
};

/** What a server must keep to when it is told to stop while clients are at it. */
export const stoppingSuite = (start: () => Promise<HttpServer>): void => {
  test("told to stop under load, it answers all that it was asked, keeps all that it answered, and ends with 0", async () => {
    const server = await start();
    const observer = await start();
    const organization = await newOrganization(observer);
    const wallets = await Promise.all(times(4, () => organization.wallet()));
    const agent = new Agent({ keepAlive: true });
    const sent: Sent[] = [];
    let ended = false;
    const deposits = async (index: number): Promise<void> => {
      const path = `/v1/wallets/${wallets[index % wallets.length]?.id}/deposits`;
      while (!ended) {
        const key = crypto.randomUUID();
        sent.push(await deposit(agent, new URL(path, server.url), organization.apiKey, key));
        // Some send their next request at once, others a little later.
        if (index % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 5 + index));
        if (sent.at(-1)?.outcome === "ECONNREFUSED") return;
      }
    };
    const clients = times(24, deposits);
    await expect.poll(() => sent.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(200);
    const code = await server.stop();
    ended = true;
    await Promise.all(clients);
    agent.destroy();

    expect(code).toBe(0);
    const unanswered = sent.filter(({ outcome }) => typeof outcome === "string");
    // Of a connection that the server had taken, none was cut off under a request.
    expect(unanswered.filter(({ reused }) => reused)).toEqual([]);
    for (const { outcome } of unanswered) expect(outcome).toMatch(/^(ECONNREFUSED|ECONNRESET)$/);
    const answered = sent.filter(({ outcome }) => typeof outcome === "number");
    expect(new Set(answered.map(({ outcome }) => outcome))).toEqual(new Set([201]));

    const rows = await rowsOf(
      observer,
      `select command_key, count(*)::int as n from wallets.wallet_events
      where organization_id = $1::uuid and command_key like 'client:%' group by command_key`,
      organization.id,
    );
    const events = new Map(rows.map((row) => [String(row["command_key"]).slice(7), row["n"]]));
    const of = (some: readonly Sent[]) => some.map(({ key }) => events.get(key) ?? 0);
    expect(new Set(of(answered))).toEqual(new Set([1]));
    // What was refused was not done behind the client's back.
    expect(of(unanswered).filter((count) => count !== 0)).toEqual([]);
    expect(await ledgerFaults(observer, organization.id)).toEqual([]);
    await observer.stop();
  });

  test("told to stop, it answers who waits for events at once, and ends with 0", async () => {
    const server = await start();
    const { api } = await newOrganization(server);
    const { page } = await api.get("/v1/events?limit=1");
    const waiting = api.get(`/v1/events?wait=30${page?.next ? `&cursor=${page.next}` : ""}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await server.stop()).toBe(0);
    const { status, data } = await waiting;
    expect([status, data]).toEqual([200, []]);
  });

  test("told to stop, it does not wait for who has connected and asked nothing, or half of something", async () => {
    const server = await start();
    const url = new URL(server.url);
    await silent(url, "");
    await silent(url, "POST /v1/wallets HTTP/1.1\r\nHost: half");
    expect((await fetch(new URL("/health", url))).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });
};
