import { describe, expect, test } from "vitest";
import { type Answer, type Client, client, type Json, type Server, times } from "../support/api.ts";
import {
  type JsonSchema,
  type Operation,
  operations,
  resolved,
  schemaFaults,
} from "../support/contract.ts";
import { badIds, brokenJson, hostileValues } from "../support/hostile-values.ts";
import { newOrganization } from "../support/organization.ts";
import { type Sample, urlOf } from "../support/sample.ts";

const taking = operations.filter(({ method }) => method !== "GET" && method !== "DELETE");
const withBody = taking.filter(({ body }) => body !== undefined);
const withPath = operations.filter(({ pathParameters }) => pathParameters.length > 0);

/** No column can hold these, so nobody may pretend to have stored them. */
const unstorable = (text: string): boolean =>
  text.startsWith('"') && /\\u0000|\\ud[89a-f]/.test(text);

const tokenFor = ({ access }: Operation, server: Server) =>
  access === "admin" ? { token: server.adminToken } : {};

const describeAnswer = (answer: Answer, what: string): string =>
  `${what.slice(0, 120)} -> ${answer.status} ${answer.text.slice(0, 300)}`;

/** Nothing in an error tells of the inside. */
const expectDiscreet = (answer: Answer, what: string): void => {
  expect(answer.status, describeAnswer(answer, what)).toBeLessThan(500);
  expect(answer.text).not.toMatch(
    /\bat \w+ \(|node_modules|\.ts:\d|syntax error|relation |SQLSTATE|ZodError/,
  );
};

const expectRefused = (answer: Answer, statuses: readonly number[], what: string): void => {
  expectDiscreet(answer, what);
  expect(statuses, describeAnswer(answer, what)).toContain(answer.status);
};

interface Field {
  /** From the body inwards. */
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}

/** Every field of a body, those of objects in it as well. */
const fieldsOf = (schema: JsonSchema, path: readonly string[] = []): Field[] => {
  const whole = resolved(schema);
  const objects = [whole, ...(whole.anyOf ?? []).map(resolved)];
  return objects.flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([name, inner]) => [
      { path: [...path, name], schema: inner },
      ...(path.length < 2 ? fieldsOf(inner, [...path, name]) : []),
    ]),
  );
};

const pointer = (path: readonly string[]): string => `/${path.join("/")}`;

/** A body's text with a field replaced by a JSON text, whatever that is. */
const bodyWith = (body: Json, path: readonly string[], text: string): string => {
  const marker = `@@${crypto.randomUUID()}`;
  const copy = structuredClone(body);
  let at: Json = copy;
  for (const name of path.slice(0, -1)) {
    const inner = at[name];
    at[name] = typeof inner === "object" && inner !== null ? inner : {};
    at = at[name] as Json;
  }
  at[path.at(-1) ?? ""] = marker;
  return JSON.stringify(copy).replace(`"${marker}"`, text);
};

const pieces = (bytes: number): ReadableStream<Uint8Array> => {
  let left = bytes;
  return new ReadableStream({
    pull: (controller) => {
      const size = Math.min(left, 65_536);
      left -= size;
      controller.enqueue(new Uint8Array(size).fill(0x20));
      if (left === 0) controller.close();
    },
  });
};

export interface HostileOptions {
  /** Tries every n-th value of each field only, where requests are slow. */
  readonly every?: number;
  /** Tries every n-th operation only. */
  readonly everyOperation?: number;
  /** For a runtime that warns of every other header. */
  readonly asciiHeaders?: boolean;
}

export const hostileSuite = (
  server: Server,
  { every = 1, everyOperation = 1, asciiHeaders = false }: HostileOptions = {},
): void => {
  const beyondAscii = asciiHeaders ? [] : ["\u00e9"];

  const some = (all: readonly Operation[]) => all.filter((_, at) => at % everyOperation === 0);

  const prepared = new Map<string, ReturnType<typeof prepareNew>>();

  const prepareNew = async (operation: Operation) => {
    const organization = await newOrganization(server);
    const sample = await organization.sample(operation);
    const { api } = organization;
    return { api, sample, url: urlOf(sample), send: senderOf(server, api, sample) };
  };

  /** One for all tests of an operation: what they send is refused, and changes nothing. */
  const prepare = (operation: Operation) => {
    const known = prepared.get(operation.id) ?? prepareNew(operation);
    prepared.set(operation.id, known);
    return known;
  };

  describe("bad input", () => {
    test.each(some(withBody))("$id names each field whose value is wrong", async (operation) => {
      const { sample, send } = await prepare(operation);
      const fields = fieldsOf(operation.body ?? {});
      expect(fields.length).toBeGreaterThan(0);
      let refused = 0;
      for (const [index, { path, schema }] of fields.entries()) {
        const tried = hostileValues.filter((_, at) => (at + index) % every === 0);
        await Promise.all(
          tried.map(async (text) => {
            const raw = bodyWith(sample.body ?? {}, path, text);
            const answer = await send({ raw });
            expectDiscreet(answer, raw);
            const faults = schemaFaults(
              `${operation.id} ${path.join(".")}`,
              schema,
              JSON.parse(text),
            );
            if (faults.length === 0 && !unstorable(text)) return;
            refused += 1;
            expectRefused(answer, [422], raw);
            const named = answer.problem.errors.map((error) => error.pointer ?? "");
            expect(
              named.some((at) => at.startsWith(pointer(path))),
              describeAnswer(answer, raw),
            ).toBe(true);
          }),
        );
      }
      expect(refused).toBeGreaterThan(fields.length);
    });

    test.each(some(withBody))(
      "$id names each field that is missing or unknown",
      async (operation) => {
        const { sample, send } = await prepare(operation);
        for (const name of operation.body?.required ?? []) {
          const { [name]: _, ...rest } = sample.body ?? {};
          const answer = await send({ json: rest });
          expectRefused(answer, [422], `without ${name}`);
          expect(answer.problem.errors).toContainEqual({
            pointer: `/${name}`,
            detail: expect.any(String),
          });
        }
        for (const name of [
          "surprise",
          "a/b~c",
          "Amount",
          "id",
          "organizationId",
          "toString",
          "é",
        ]) {
          const answer = await send({ json: { ...sample.body, [name]: 1 } });
          expectRefused(answer, [422], name);
          const escaped = name.replaceAll("~", "~0").replaceAll("/", "~1");
          expect(answer.problem.errors).toContainEqual({
            pointer: `/${escaped}`,
            detail: "Unknown field",
          });
        }
        for (const text of ["[]", "null", "1", '"text"', "true"]) {
          const answer = await send({ raw: text });
          expectRefused(answer, [422], text);
          expect(answer.problem.errors[0]?.pointer).toBe("");
        }
      },
    );

    test.each(some(taking))("$id refuses what is no JSON", async (operation) => {
      const { send } = await prepare(operation);
      for (const raw of brokenJson) {
        const answer = await send({ raw });
        expectRefused(answer, [400], raw);
        expect(answer.problem.errors[0]?.pointer).toBe("");
      }
      const notUtf8 = await send({ raw: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]) });
      expectRefused(notUtf8, [400], "not UTF-8");
    });

    test.each(some(taking))("$id refuses what is not called JSON", async (operation) => {
      const { sample, send } = await prepare(operation);
      const raw = JSON.stringify(sample.body ?? {});
      for (const type of [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json, text/html",
        "application/jsonp",
        "json",
      ]) {
        const answer = await send({ raw, headers: { "Content-Type": type } });
        expectRefused(answer, [415], type);
      }
    });

    test.each(some(taking))(
      "$id refuses a body of more than 1 MiB, declared or in pieces",
      async (one) => {
        const { send } = await prepare(one);
        expectRefused(await send({ raw: " ".repeat(1_048_577) }), [413], "declared");
        const streamed = await send({ raw: pieces(1_048_577) });
        expectRefused(streamed, [413], "in pieces");
      },
    );

    test.each(some(withPath))("$id: a path that is no id is not there", async (operation) => {
      const { api, sample } = await prepare(operation);
      for (const id of badIds) {
        const url = operation.path.replace(/\{\w+\}/g, id);
        const answer = await api.send(operation.method, url, {
          ...tokenFor(operation, server),
          ...(sample.body === undefined ? {} : { json: sample.body }),
        });
        // `..` leads elsewhere, as browsers and clients resolve it.
        expectRefused(answer, id === ".." || id === "%2e%2e" ? [400, 404, 405, 422] : [404], url);
      }
    });

    test.each(some(operations))("$id: a query it does not have is named", async (operation) => {
      const { send, url } = await prepare(operation);
      for (const name of ["surprise", "__proto__", "constructor", "organizationId"]) {
        const asked = `${url}${url.includes("?") ? "&" : "?"}${name}=1`;
        const answer = await send({ url: asked });
        expectRefused(answer, [400], asked);
        expect(answer.problem.errors).toContainEqual({
          parameter: name,
          detail: expect.any(String),
        });
      }
      for (const { name } of operation.query) {
        for (const value of [
          "%00",
          "%ff",
          "%ED%A0%80",
          "'",
          "1;select 1",
          "[]",
          "x".repeat(5_000),
        ]) {
          const base = url.split("?")[0] ?? "";
          const answer = await send({ url: `${base}?${name}=${value}` });
          expectDiscreet(answer, `${name}=${value}`);
          if (answer.status >= 400) {
            const named = answer.problem.errors.map(({ parameter }) => parameter);
            expect(named, describeAnswer(answer, value)).toContain(name);
          }
        }
      }
    });

    test.each(some(operations))("$id bears odd headers", async (operation) => {
      const { sample, send, url } = await prepare(operation);
      const json = sample.body;
      for (const headers of [
        { traceparent: "00-zz-zz-00" },
        { traceparent: "x".repeat(500) },
        { Accept: "text/html;q=;;" },
        { "X-HTTP-Method-Override": "DELETE" },
        { "X-Forwarded-For": "' or 1=1", Forwarded: "for=_;;" },
        { "If-None-Match": "*", Range: "bytes=0-" },
        { Cookie: "a=b; ".repeat(200) },
        { Origin: "https://evil.example", "Access-Control-Request-Method": "DELETE" },
      ]) {
        // To something that is not there, so that nothing can change on the way.
        const answer = await send({ url: `${url.split("?")[0]}?surprise=1`, json, headers });
        expectRefused(answer, [400], JSON.stringify(headers));
        expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(null);
      }
      for (const token of [
        "",
        " ",
        "x",
        "a.b",
        `${"9".repeat(400)}`,
        ...beyondAscii,
        "null",
        "Basic eDp5",
      ]) {
        const headers = { Authorization: token };
        const answer = await send({ json, headers });
        expectRefused(answer, [401], token);
      }
      if (operation.method !== "POST") return;
      for (const key of ["", "a b", "x".repeat(256), "\t", ...beyondAscii]) {
        const answer = await send({ json, headers: { "Idempotency-Key": key } });
        if (key.trim() === "" && answer.status < 300) continue;
        expectRefused(answer, [400], key);
        expect(answer.problem.errors[0]).toMatchObject({ header: "Idempotency-Key" });
      }
    });

    test("a method that a path does not have, and a path that leads nowhere", async () => {
      const { api } = await newOrganization(server);
      for (const path of new Set(operations.map((operation) => operation.path))) {
        const url = path.replace(/\{\w+\}/g, crypto.randomUUID());
        for (const method of ["PUT", "PROPFIND"]) {
          const answer = await api.send(method, url);
          expectRefused(answer, [405], `${method} ${url}`);
          expect(answer.headers.get("Allow")).toMatch(/GET|POST|DELETE/);
        }
        const options = await api.send("OPTIONS", url);
        expect([options.status, options.headers.get("Allow")]).toEqual([
          204,
          expect.stringMatching(/GET|POST|DELETE/),
        ]);
      }
      for (const path of [
        "/",
        "/v1",
        "/v1/",
        "/v1/wallets/",
        "/v2/wallets",
        "/v1/%00",
        "/v1//users",
      ]) {
        expectRefused(await api.get(path), [404], path);
      }
    });

    test("a flood of bad requests at once is refused one by one, and harms no good one", async () => {
      const organization = await newOrganization(server);
      const wallet = await organization.wallet(10_000);
      const card = await organization.card(wallet.id);
      const nobody = client(server, null);
      const answers = await Promise.all(
        times(120, (index) => {
          if (index % 3 === 0) return organization.pay(card.id, 10).then(() => 201);
          if (index % 3 === 1) return nobody.get("/v1/wallets").then(({ status }) => status);
          return organization.api
            .post("/v1/authorizations", { cardId: card.id, amount: "10" })
            .then(({ status }) => status);
        }),
      );
      expect(new Set(answers)).toEqual(new Set([201, 401, 422]));
      expect(await organization.walletNow(wallet.id)).toMatchObject({ held: 400 });
    });
  });
};

type Send = (options: Parameters<Client["send"]>[2] & { readonly url?: string }) => Promise<Answer>;

const senderOf =
  (server: Server, api: Client, sample: Sample): Send =>
  ({ url = urlOf(sample), ...options } = {}) =>
    api.send(sample.operation.method, url, { ...tokenFor(sample.operation, server), ...options });
