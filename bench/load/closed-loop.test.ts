import { createServer, type RequestListener } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { closedLoop } from "./closed-loop.ts";
import type { LoadPlan } from "./plan.ts";

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** A server of the test's own; answers its port. */
const served = async (answer: RequestListener): Promise<number> => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endings.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
};

const run = (port: number, over: Partial<LoadPlan> = {}) =>
  closedLoop({
    port,
    token: "id.secret",
    requests: [{ method: "POST", path: "/v1/authorizations", body: '{"amount":1}' }],
    connections: 3,
    warmUpMs: 0,
    measureMs: 200,
    ...over,
  });

describe("a closed loop", () => {
  test("sends whole requests with the key, one at a time on each connection", async () => {
    const seen = new Set<string>();
    let open = 0;
    let most = 0;
    const port = await served((request, response) => {
      most = Math.max(most, ++open);
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { authorization, host } = request.headers;
        seen.add(`${request.method} ${request.url} ${authorization} ${host}`);
        seen.add(Buffer.concat(chunks).toString());
        setTimeout(() => {
          open -= 1;
          response.end("{}");
        }, 5);
      });
    });
    const { outcomes, latency, perSecond } = await run(port);
    expect([...seen]).toEqual([
      `POST /v1/authorizations Bearer id.secret 127.0.0.1:${port}`,
      '{"amount":1}',
    ]);
    expect(most).toBe(3);
    expect(outcomes["good"]).toBeGreaterThanOrEqual(latency.count);
    expect(perSecond).toBeCloseTo(latency.count * 5, 5);
  });

  test("tells successes, other successes, refusals by their code and lost connections apart", async () => {
    let n = 0;
    const port = await served((request, response) => {
      n += 1;
      if (n % 4 === 0) return void request.socket.destroy();
      response.statusCode = n % 4 === 1 ? 503 : 201;
      if (n % 4 === 1) return void response.end('{"code":"overloaded"}');
      response.end(n % 4 === 2 ? '{"approved":true}' : '{"approved":false}');
    });
    const { outcomes, refusals } = await run(port, {
      connections: 1,
      expect: '"approved":true',
    });
    expect(Object.keys(outcomes).sort()).toEqual([
      "201 unexpected",
      "503 overloaded",
      "good",
      "no answer",
    ]);
    expect(refusals.count).toBeGreaterThan(0);
  });

  test("follows a success with a request on the resource that it made", async () => {
    const id = "0192b6a0-0000-7000-8000-00000000abcd";
    const paths: string[] = [];
    const port = await served((request, response) => {
      paths.push(`${request.url}`);
      response.end(JSON.stringify({ data: { id, approved: true } }));
    });
    const { outcomes } = await run(port, {
      connections: 1,
      follow: { method: "POST", path: "/v1/authorizations/{id}/captures", body: "{}" },
    });
    expect(paths.slice(0, 3)).toEqual([
      "/v1/authorizations",
      `/v1/authorizations/${id}/captures`,
      "/v1/authorizations",
    ]);
    expect(outcomes["good"]).toBe(Math.ceil(paths.length / 2));
  });

  test("goes on until it has seen enough of a slow server", async () => {
    const port = await served((_, response) => {
      setTimeout(() => response.end("{}"), 60);
    });
    const { latency, perSecond } = await run(port, { measureMs: 10, atLeast: 8, connections: 1 });
    expect(latency.count).toBe(8);
    // Eight in at least 8 × 60 ms.
    expect(perSecond).toBeLessThan(17);
  });

  test("connects anew where the server closes after each answer", async () => {
    const sockets = new Set<unknown>();
    const port = await served((request, response) => {
      sockets.add(request.socket);
      response.setHeader("Connection", "close").end("{}");
    });
    const { outcomes } = await run(port);
    expect(Object.keys(outcomes)).toEqual(["good"]);
    expect(sockets.size).toBe(outcomes["good"]);
  });

  test("gives each request a key of its own where that is asked for, also in the next run", async () => {
    const keys: unknown[] = [];
    const bodies = new Set<string>();
    const port = await served((request, response) => {
      keys.push(request.headers["idempotency-key"]);
      request.on("data", (bytes) => bodies.add(String(bytes)));
      request.on("end", () => response.end("{}"));
    });
    await run(port, { keyed: true, measureMs: 50 });
    await run(port, { keyed: true, measureMs: 50 });
    expect(keys.every((key) => /^bench-[0-9a-f-]+-\d+$/.test(String(key)))).toBe(true);
    expect(new Set(keys).size).toBe(keys.length);
    expect([...bodies]).toEqual(['{"amount":1}']);
  });

  test("sends each in turn where that is asked for", async () => {
    const paths: string[] = [];
    const port = await served((request, response) => {
      paths.push(`${request.url}`);
      response.end("{}");
    });
    const requests = ["/a", "/b", "/c"].map((path) => ({ method: "GET" as const, path }));
    await run(port, { requests, each: true, connections: 1 });
    expect(paths.slice(0, 6)).toEqual(["/a", "/b", "/c", "/a", "/b", "/c"]);
  });

  test("draws from all requests alike", async () => {
    const hits = new Map<string, number>();
    const port = await served((request, response) => {
      hits.set(`${request.url}`, (hits.get(`${request.url}`) ?? 0) + 1);
      response.end("{}");
    });
    const requests = Array.from({ length: 5 }, (_, n) => ({
      method: "GET" as const,
      path: `/${n}`,
    }));
    await run(port, { requests });
    const counts = [...hits.values()];
    expect(counts).toHaveLength(5);
    expect(Math.min(...counts) / Math.max(...counts)).toBeGreaterThan(0.2);
  });
});
