import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exposition } from "../src/observability/exposition.ts";
import { createMetrics } from "../src/observability/metrics.ts";
import { prometheusProgram } from "../test/support/prometheus.ts";

const token = "a token that metrics want";
const metrics = createMetrics({ version: "1.2.3", runtime: "node" });
metrics.httpRequests.inc({ route: "/v1/wallets", method: "GET", status: "200" }, 7, {
  request_id: "seven",
});

/** Serves metrics as Purser does. */
const purser = createServer((request, response) => {
  if (request.headers.authorization !== `Bearer ${token}`) {
    response.writeHead(401).end();
    return;
  }
  const { contentType, text } = exposition(metrics.snapshot(), request.headers.accept);
  response.writeHead(200, { "Content-Type": contentType }).end(text);
});

let url: string;
let temporary: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => purser.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(purser.address() as AddressInfo).port}`;
  temporary = await mkdtemp(join(tmpdir(), "purser-observe-test-"));
});

afterAll(async () => {
  await new Promise((resolve) => purser.close(resolve));
  await rm(temporary, { recursive: true, force: true });
});

const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("observe.ts", import.meta.url)), ...args],
    { env: { ...process.env, METRICS_TOKEN: "", TMPDIR: temporary, ...env } },
  );
  const said = { out: "", err: "" };
  child.stdout.on("data", (data) => {
    said.out += data;
  });
  child.stderr.on("data", (data) => {
    said.err += data;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { child, said, ended };
};

test("a PROMETHEUS that is no program is named", async () => {
  const { said, ended } = start([], { PROMETHEUS: join(temporary, "absent") });
  expect(await ended).toBe(1);
  expect(said.err).toContain(`PROMETHEUS is ${join(temporary, "absent")}, which is no program`);
});

test("a Purser that does not run, or wants a token, is told before Prometheus starts", async () => {
  const any = { PROMETHEUS: process.execPath };
  const nobody = start(["--url", "http://127.0.0.1:1"], any);
  expect(await nobody.ended).toBe(1);
  expect(nobody.said.err).toContain("Start `make dev` first");
  const refused = start(["--url", url], any);
  expect(await refused.ended).toBe(1);
  expect(refused.said.err).toContain("--token");
});

test("Prometheus scrapes with exemplars and rules until SIGINT, and leaves nothing behind", async ({
  skip,
}) => {
  const program = process.env.PROMETHEUS || prometheusProgram("prometheus", skip);
  const { child, said, ended } = start(["--url", url, "--token", token], { PROMETHEUS: program });
  try {
    const looked = await until(() => /^OBSERVE (\{.*\})$/m.exec(said.out)?.[1]);
    const { prometheus } = JSON.parse(looked) as { prometheus: string };
    const get = async <T>(path: string): Promise<T> => {
      const { data } = (await (await fetch(`${prometheus}/api/v1/${path}`)).json()) as { data: T };
      return data;
    };
    const requests = "purser_http_requests_total";
    interface Result {
      readonly result: readonly { readonly value: readonly [number, string] }[];
    }
    const value = await until(
      async () => (await get<Result>(`query?query=${requests}`)).result[0]?.value[1],
    );
    expect(value).toBe("7");
    const now = Date.now() / 1000;
    const exemplars = await get<unknown>(
      `query_exemplars?query=${requests}&start=${now - 60}&end=${now + 60}`,
    );
    expect(JSON.stringify(exemplars)).toContain('"request_id":"seven"');
    const { groups } = await get<{ groups: { rules: { name: string }[] }[] }>("rules");
    const names = groups.flatMap(({ rules }) => rules.map(({ name }) => name));
    expect(names).toContain("PurserTargetDown");
    expect(names).toContain("job:purser_http_requests:rate5m");
    const pages = [...said.out.matchAll(/: +(http\S+)$/gm)].map(([, page = ""]) => page);
    expect(pages).toHaveLength(4);
    for (const page of pages) expect([page, (await fetch(page)).status]).toEqual([page, 200]);
    expect(await readdir(temporary)).toHaveLength(1);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    expect(await readdir(temporary)).toEqual([]);
    await expect(fetch(prometheus)).rejects.toThrow();
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}, 90_000);

const until = async <T>(read: () => T | undefined | Promise<T | undefined>): Promise<T> => {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(200)) {
    const value = await read();
    if (value !== undefined) return value;
  }
  throw new Error("it did not happen within a minute");
};
