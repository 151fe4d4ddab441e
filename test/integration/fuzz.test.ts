import { expect, test } from "vitest";
import { aftermath } from "../fuzz/aftermath.ts";
import { runCampaign } from "../fuzz/campaign.ts";
import { runRawCampaign } from "../fuzz/raw-campaign.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";

/** A short `npm run fuzz`: the same requests each time, so that a failure is a change's. */
const seed = Number(process.env["FUZZ_SEED"] ?? 1);
const patience = 120_000;

const server = await httpServer("node", await testDatabase());
const secrets = [server.adminToken];

test(
  "no generated request is answered otherwise than the document promises",
  async () => {
    const { tally, failures, faults } = await runCampaign({
      server,
      seed,
      requests: 2_000,
      secrets,
    });
    expect(failures).toEqual([]);
    expect(faults).toEqual([]);
    expect(tally.requests).toBeGreaterThanOrEqual(2_000);
    // Not vacuous: every operation did what it is for, and most of the requests did.
    expect(tally.idle()).toEqual([]);
    expect(tally.successes()).toBeGreaterThan(tally.requests / 2);
    for (const status of [400, 401, 403, 404, 405, 409, 413, 415, 422]) {
      expect([...tally.byStatus.keys()]).toContain(status);
    }
  },
  patience,
);

test(
  "raw bytes on the socket are refused or cut off, and harm nobody",
  async () => {
    const { exchanges, failures } = await runRawCampaign({ server, seed, exchanges: 300, secrets });
    expect(failures).toEqual([]);
    expect(exchanges).toBe(300);
  },
  patience,
);

test(
  "after all of it the server lives, its ledger proves, and its log tells nothing",
  async () => {
    expect(await aftermath(server, secrets)).toEqual([]);
    expect((await server.log()).split("\n").length).toBeGreaterThan(2_000);
  },
  patience,
);
