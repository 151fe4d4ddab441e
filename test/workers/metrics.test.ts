import { expect, test } from "vitest";
import { client } from "../support/api.ts";
import { scrape } from "../support/metrics.ts";
import type { Family } from "../support/open-metrics/families.ts";
import { sumOf } from "../support/open-metrics.ts";
import { newOrganization } from "../support/organization.ts";
import { workerServer } from "./server.ts";

test("a scrape counts what the Worker and its lanes did, each request and commit once", async () => {
  const api = client(workerServer, workerServer.adminToken);
  const listed = async () =>
    sumOf(await scrape(workerServer), "purser_http_requests_total", {
      route: "/v1/organizations",
      method: "GET",
      status: "200",
    });
  const before = await listed();
  for (let request = 0; request < 7; request++) {
    expect((await api.get("/v1/organizations")).status).toBe(200);
  }
  expect((await listed()) - before).toBe(7);
  // A scrape says what it knows once, and the next one nothing twice.
  expect((await listed()) - before).toBe(7);

  const commits = (families: readonly Family[]) =>
    sumOf(families, "purser_database_statements_total", { name: "wallets.commit", outcome: "ok" });
  const committed = commits(await scrape(workerServer));
  const organization = await newOrganization(workerServer);
  await organization.wallet(1_000);
  const families = await scrape(workerServer);
  expect(commits(families) - committed).toBe(1);
  expect(sumOf(families, "purser_lane_batch_jobs_count")).toBeGreaterThanOrEqual(1);
  expect(sumOf(families, "purser_build_info")).toBe(1);
  expect(sumOf(families, "purser_metrics_isolates")).toBeGreaterThanOrEqual(1);
});
