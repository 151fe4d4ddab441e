import { createServer } from "node:net";
import { expect, test } from "vitest";
import { exchangeRaw } from "../fuzz/raw-socket.ts";
import type { Json } from "../support/api.ts";
import { onFileEnd } from "../support/cleanup.ts";
import { type JsonSchema, operations, resolved } from "../support/contract.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";
import { newOrganization } from "../support/organization.ts";
import { urlOf } from "../support/sample.ts";

const server = await httpServer("node", await testDatabase());

/** Somebody who waits to be called. */
const listening = async (): Promise<{ url: string; calls: () => number }> => {
  let calls = 0;
  const listener = createServer((socket) => {
    calls += 1;
    socket.on("error", () => undefined);
    socket.end();
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  onFileEnd(async () => void listener.close());
  const address = listener.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/`, calls: () => calls };
};

/** The body with the address in every text, one text at a time, and in a member of its own. */
const bodiesWith = (url: string, schema: JsonSchema, body: Json): Json[] =>
  [
    ...Object.entries(schema.properties ?? {}),
    ["callbackUrl", { type: "string" }] as const,
  ].flatMap(([name, property]): Json[] => {
    const { type, anyOf = [] } = resolved(property);
    if (name === "metadata") return [{ ...body, metadata: { url, webhook: url } }];
    const isText = type === "string" || anyOf.some((one) => resolved(one).type === "string");
    return isText ? [{ ...body, [name]: url }] : [];
  });

const callers = ["Origin", "Referer", "X-Forwarded-Host", "X-Original-URL", "Link", "Callback-Url"];

test("nothing in a request makes Purser call anyone", async () => {
  const { url, calls } = await listening();
  const { api, apiKey, ...organization } = await newOrganization(server);
  const headers = Object.fromEntries(callers.map((name) => [name, url]));
  let sent = 0;
  const send = async (method: string, path: string, json?: unknown): Promise<number> => {
    sent += 1;
    return (await api.send(method, path, { headers, ...(json === undefined ? {} : { json }) }))
      .status;
  };
  const ofTenants = operations.filter(({ access }) => access !== "admin");
  await Promise.all(
    ofTenants.map(async (operation) => {
      const sample = await organization.sample(operation);
      const path = urlOf(sample);
      for (const body of operation.body ? bodiesWith(url, operation.body, sample.body ?? {}) : []) {
        await send(operation.method, path, body);
      }
      for (const { name } of operation.query) {
        await send(operation.method, `${path.split("?")[0]}?${name}=${encodeURIComponent(url)}`);
      }
      const good = await organization.sample(operation);
      expect(await send(operation.method, urlOf(good), good.body)).toBe(operation.successStatus);
    }),
  );
  const { host } = new URL(url);
  for (const [target, named] of [
    [`${url}v1/users`, host],
    ["/v1/users", host],
    [`//${host}/v1/users`, "a"],
  ]) {
    const head = [`GET ${target} HTTP/1.1`, `Host: ${named}`, `Authorization: Bearer ${apiKey}`];
    await exchangeRaw(server.url, {
      pieces: [`${head.join("\r\n")}\r\nConnection: close\r\n\r\n`],
      open: true,
    });
  }
  expect(sent).toBeGreaterThan(200);
  expect(calls()).toBe(0);

  // So that a call would have been heard.
  await fetch(url).catch(() => undefined);
  expect(calls()).toBe(1);
});
