import { expect, test } from "vitest";
import { numberInRange } from "../../src/domain/wallets/cards/card-number.ts";
import type { Caller } from "../fuzz/attempt.ts";
import { Discretion } from "../fuzz/discretion.ts";
import { judge } from "../fuzz/oracle.ts";
import { operationOf } from "../support/contract.ts";

const foreign = "01a204cc-97c4-79ea-9ff8-68123f36856d";
const secret = "a-secret-of-the-server";
const requestId = "asked-1";
const brought = numberInRange("453914", "000000000");

const team = {
  id: "01a204cc-717f-775f-8c98-42f0b4183deb",
  name: "Crew",
  metadata: {},
  createdAt: "2026-11-22T19:47:16.992Z",
  updatedAt: "2026-11-22T19:47:16.992Z",
};

const headers = {
  "Content-Type": "application/json; charset=utf-8",
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  RateLimit: '"key";r=9;t=1',
  "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  "X-Content-Type-Options": "nosniff",
  "X-Request-Id": requestId,
};

interface Case {
  readonly target?: string;
  readonly body?: unknown;
  readonly status?: number;
  readonly data?: unknown;
  readonly over?: Readonly<Record<string, string | undefined>>;
  readonly caller?: Caller;
  readonly decided?: number;
}

const faultsOf = (one: Case): readonly string[] => {
  const { target = `/v1/teams/${team.id}`, body = { name: "Crew" }, status = 200 } = one;
  const told = new Headers();
  for (const [name, value] of Object.entries({ ...headers, ...one.over })) {
    if (value !== undefined) told.set(name, value);
  }
  const text = JSON.stringify({ data: one.data ?? team, meta: { requestId } });
  return judge(
    {
      sent: {
        method: "PATCH",
        target,
        headers: [["X-Request-Id", requestId]],
        body: new TextEncoder().encode(JSON.stringify(body)),
      },
      reached: operationOf("PATCH", target.split("?")[0] ?? ""),
      caller: one.caller ?? "owner",
      status: one.decided,
      parent: undefined,
    },
    { status, headers: told, text, milliseconds: 1 },
    { discretion: new Discretion([secret]), hiddenFrom: () => [new Set([foreign])] },
  ).faults;
};

test("an answer as it should be has no fault", () => {
  expect(faultsOf({})).toEqual([]);
});

test.each<[string, Case]>([
  ["it fails: 500", { status: 500 }],
  ["it is limited though it is allowed as much", { status: 429 }],
  ["status 409 is not documented", { target: `/v1/team-members/${team.id}`, status: 409 }],
  ["the credentials make it 403, but it is 200", { caller: "without scope", decided: 403 }],
  ["the parameter colour is accepted", { target: `/v1/teams/${team.id}?colour=red` }],
  ["the body is accepted", { body: { name: 7 } }],
  ["the body is accepted", { body: { name: "Crew", owner: "me" } }],
  ["X-Content-Type-Options is null", { over: { "X-Content-Type-Options": undefined } }],
  ["Server is", { over: { Server: "Purser/1" } }],
  ["X-Request-Id is not the one that was sent", { over: { "X-Request-Id": "another" } }],
  ["it may be cached", { over: { "Cache-Control": "public" } }],
  ["RateLimit is missing", { over: { RateLimit: undefined } }],
  ["a secret (a-s...) is told", { data: { ...team, name: `is ${secret}` } }],
  ["a secret (a-s...) is told", { over: { "X-Debug": secret } }],
  ["a card number (453914...) is told", { data: { ...team, name: brought } }],
  ["the inside is told", { data: { ...team, name: "at run (file:///srv/app.ts:12:5)" } }],
  ["the inside is told", { data: { ...team, name: "select id, name from directory.teams" } }],
  [`another organization's id ${foreign} is told`, { data: { ...team, id: foreign } }],
  [`it acts on ${foreign} of another organization`, { target: `/v1/teams/${foreign}` }],
  ["is not documented", { data: { ...team, secret: 1 } }],
])("%s: is found", (fault, one) => {
  const found = faultsOf(one).join("\n");
  // The validator says it in its own words.
  expect(found).toContain(fault === "is not documented" ? "/data" : fault);
});
