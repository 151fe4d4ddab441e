import { expect, test } from "vitest";
import { client } from "../support/api.ts";
import { newOrganization } from "../support/organization.ts";
import { workerServer } from "./server.ts";

const sampleOf = (text: string, pattern: RegExp): number =>
  text
    .split("\n")
    .filter((line) => pattern.test(line))
    .reduce((sum, line) => sum + Number(line.split(" ")[1]), 0);

test("a scrape counts what the Worker and its lanes did, each request and commit once", async () => {
  const api = client(workerServer, workerServer.adminToken);
  const scrape = async (): Promise<string> => {
    const response = await workerServer.fetch(new Request(`${workerServer.url}/metrics`));
    expect(response.status).toBe(200);
    return response.text();
  };
  const listed =
    /^purser_http_requests_total\{route="\/v1\/organizations",method="GET",status="200"\}/;
  const before = sampleOf(await scrape(), listed);
  for (let request = 0; request < 7; request++) {
    expect((await api.get("/v1/organizations")).status).toBe(200);
  }
  expect(sampleOf(await scrape(), listed) - before).toBe(7);
  // A scrape says what it knows once, and the next one nothing twice.
  expect(sampleOf(await scrape(), listed) - before).toBe(7);

  const commits = /^purser_database_statements_total\{name="wallets.commit",outcome="ok"\}/;
  const committed = sampleOf(await scrape(), commits);
  const organization = await newOrganization(workerServer);
  await organization.wallet(1_000);
  const text = await scrape();
  expect(sampleOf(text, commits) - committed).toBe(1);
  expect(sampleOf(text, /^purser_lane_batch_jobs_count/)).toBeGreaterThanOrEqual(1);
  expect(sampleOf(text, /^purser_build_info/)).toBe(1);
  expect(sampleOf(text, /^purser_metrics_isolates/)).toBeGreaterThanOrEqual(1);
});
