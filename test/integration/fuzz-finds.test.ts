import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { runCampaign } from "../fuzz/campaign.ts";
import { onFileEnd } from "../support/cleanup.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

/** What is wrong with a server that is Purser but for this. */
interface Defect {
  /** Of the headers that a request comes with. */
  readonly header?: (name: string) => boolean;
  readonly mostShrinks?: number;
  readonly answer?: (asked: Asked, status: number, text: string) => readonly [number, string];
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

const whole = await httpServer("node", await testDatabase());

const framing = ["connection", "content-length", "transfer-encoding", "keep-alive"];

/** Purser behind something that breaks it. */
const brokenBy = async ({ header = () => true, answer, mostShrinks = 20 }: Defect) => {
  const { hostname, port } = new URL(whole.url);
  const agent = new Agent({ keepAlive: true, timeout: 2_000 });
  const proxy = createServer(async (incoming, outgoing) => {
    const body = await bytesOf(incoming);
    const { method = "GET", url = "/", rawHeaders } = incoming;
    const headers = pairs(rawHeaders).filter(([name = ""]) => header(name.toLowerCase()));
    const upstream = request({ agent, hostname, port, method, path: url, headers: headers.flat() });
    upstream.end(body);
    const [answered] = (await once(upstream, "response")) as [IncomingMessage];
    const text = (await bytesOf(answered)).toString();
    const asked = { method, path: url.split("?")[0] ?? "", body: body.toString() };
    const was = answered.statusCode ?? 0;
    const [status, told] = answer?.(asked, was, text) ?? [was, text];
    const kept = pairs(answered.rawHeaders).filter(
      ([name = ""]) => !framing.includes(name.toLowerCase()),
    );
    outgoing.sendDate = false;
    outgoing.writeHead(status, kept.flat()).end(told);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onFileEnd(async () => {
    proxy.close();
    agent.destroy();
  });
  const { port: own } = proxy.address() as AddressInfo;
  const server = { ...whole, url: `http://127.0.0.1:${own}`, fetch: viaWhole };
  return runCampaign({ server, seed: 3, requests: 700, secrets: [], mostFailures: 1, mostShrinks });
};

const bytesOf = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const pairs = (raw: readonly string[]): string[][] =>
  raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ""]] : []));

/** Only what is fuzzed goes through it: tenants are made with the whole one. */
const viaWhole = (request: Request): Promise<Response> => {
  const { pathname, search } = new URL(request.url);
  return fetch(new Request(new URL(pathname + search, whole.url), request));
};

test("the fuzz finds a failure and makes it as small as it gets", async () => {
  const { failures } = await brokenBy({
    mostShrinks: 150,
    answer: ({ method, body }, status, text) =>
      method === "PATCH" && body.includes('"name"') ? [500, text] : [status, text],
  });
  const [found] = failures;
  expect(found?.faults).toContain("it fails: 500");
  expect(found?.curl).toMatch(/ -X PATCH .* --data-binary '\{"name":("[^"]{1,12}"|null)\}' /);
  expect(found?.beside).toBe(0);
}, 120_000);

test("the fuzz finds a member that is not documented", async () => {
  const { failures } = await brokenBy({
    answer: ({ path }, status, text) => [
      status,
      path.startsWith("/v1/cards/") && status === 200
        ? text.replace('"last4":', '"fingerprint":"x","last4":')
        : text,
    ],
  });
  expect(failures.flatMap(({ faults }) => faults).join()).toContain("fingerprint");
}, 120_000);

test("the fuzz finds keys that are forgotten", async () => {
  const { failures } = await brokenBy({ header: (name) => name !== "idempotency-key" });
  expect(failures.flatMap(({ faults }) => faults).join()).toMatch(/a key has [2-9] effects/);
}, 120_000);

test("the fuzz finds a scope that is not asked for", async () => {
  const { failures } = await brokenBy({
    answer: (_, status, text) => (status === 403 ? [200, text] : [status, text]),
  });
  expect(failures.flatMap(({ faults }) => faults)).toContain(
    "the credentials make it 403, but it is 200",
  );
}, 120_000);
