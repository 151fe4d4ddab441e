import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { databaseUrl } from "./databases.ts";
import { openData } from "./dev/data.ts";
import { instructions } from "./dev/instructions.ts";
import { type DevOptions, devOptions, usage } from "./dev/options.ts";
import { devOrganization, keepOrganization } from "./dev/organization.ts";
import { onOrphaned } from "./dev/orphaned.ts";
import { firingCron, startServer, untilServing } from "./dev/server.ts";
import { startDevServices } from "./dev/services.ts";
import { sharedSecrets } from "./dev/shared-secrets.ts";
import { buildDocsAssets } from "./docs-assets.ts";
import { startNeonEndpoint } from "./neon-endpoint.ts";
import { seed } from "./seed/seed.ts";

const started = Date.now();
const say = (line: string): void => {
  console.error(`[${((Date.now() - started) / 1000).toFixed(1)} s] ${line}`);
};

/** What was started, stopped in reverse. */
const endings: (() => Promise<unknown>)[] = [];
let ending: Promise<void> | undefined;

const end = (code: number): Promise<void> => {
  ending ??= (async () => {
    for (let stop = endings.pop(); stop; stop = endings.pop()) {
      await stop().catch((error: unknown) => say(`while stopping: ${error}`));
    }
    process.exit(code);
  })();
  return ending;
};

/**
 * A standby has every database of its primary, by the same name: also the one that was made
 * for this run. It is the standby of a server that was named; one of our own has none.
 */
const replicaOf = (url: string): string => {
  const { DATABASE_URL, DATABASE_READ_URL } = process.env;
  if (!DATABASE_URL || !DATABASE_READ_URL) return "";
  return databaseUrl(DATABASE_READ_URL, new URL(url).pathname.slice(1));
};

const portIsFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer().once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });

const dev = async (options: DevOptions): Promise<void> => {
  const { port, runtime, services, fresh, seed: wanted } = options;
  if (!(await portIsFree(port))) throw new Error(`Port ${port} is taken; choose one with --port.`);
  const folder = fresh
    ? await mkdtemp(join(tmpdir(), "purser-dev-"))
    : fileURLToPath(
        new URL(`../.purser/dev-${port}${services ? "-services" : ""}`, import.meta.url),
      );
  await mkdir(folder, { recursive: true });
  if (fresh) endings.push(() => rm(folder, { recursive: true, force: true }));
  const data = await openData({
    folder: fresh ? undefined : join(folder, "postgres"),
    split: services,
    say,
  });
  endings.push(data.stop);
  const { secrets, stop } = await sharedSecrets(data.url, join(folder, "secrets.json"));
  endings.push(stop);
  const endpoint = runtime === "workers" ? await startNeonEndpoint() : undefined;
  if (endpoint) endings.push(endpoint.stop);

  await buildDocsAssets();
  say(`starting Purser on ${runtime}${services ? ", as three services" : ""}`);
  const neon = { DATABASE_DRIVER: "neon", NEON_ENDPOINT: endpoint?.url ?? "" };
  // So that a load test against it measures Purser and not its limiter.
  const edge = {
    RATE_LIMIT_PER_SECOND: "100000",
    LOG_LEVEL: process.env.LOG_LEVEL ?? "info",
  };
  const place = { port, folder, throwaway: fresh };
  const { urls } = data;
  const readUrls = { directory: replicaOf(urls.directory), wallets: replicaOf(urls.wallets) };
  const server = services
    ? await startDevServices({ ...place, secrets, urls, readUrls, neon, edge })
    : await startServer({
        ...place,
        runtime,
        config: {
          ...secrets,
          DATABASE_URL: data.url,
          DATABASE_READ_URL: replicaOf(data.url),
          ...(endpoint ? neon : { DATABASE_DRIVER: "postgres" }),
          ...edge,
          SWEEP_SECONDS: "2",
        },
      });
  endings.push(server.stop);
  const url = `http://127.0.0.1:${port}`;
  await untilServing(url, server);
  server.process.once("exit", (code) => {
    if (ending) return;
    say(`the server ended with ${code ?? "a signal"}`);
    void end(1);
  });

  if (runtime === "workers") endings.push(firingCron(url));
  const adminToken = secrets.ADMIN_TOKEN;
  const organization = await devOrganization(url, adminToken, folder);
  if (wanted && !organization.seeded) {
    await seed(url, organization.apiKey, say);
    await keepOrganization(folder, { ...organization, seeded: true });
  }
  const { apiKey } = organization;
  const ready = {
    url,
    apiKey,
    adminToken,
    databaseUrl: data.url,
    ...(services && { directoryDatabaseUrl: data.urls.directory }),
  };
  console.log(`READY ${JSON.stringify(ready)}`);
  console.log(await instructions(url, apiKey));
};

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => void end(0));
}

onOrphaned(() => void end(0));

const options = devOptions(process.argv.slice(2));
if (typeof options === "string") {
  console.error(`${options}\n${usage}`);
  process.exit(2);
}
try {
  await dev(options);
} catch (error) {
  if (!ending) say(error instanceof Error ? error.message : String(error));
  await end(1);
}
