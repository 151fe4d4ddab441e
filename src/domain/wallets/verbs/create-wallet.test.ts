import { describe, expect, test } from "vitest";
import {
  actor,
  notThere,
  portsWith,
  told,
  walletId,
} from "../../../../test/support/recording-lane.ts";
import { noon } from "../../../../test/support/wallet-states.ts";
import type { Actor } from "../../actor.ts";
import { ok } from "../../result.ts";
import { noControls } from "../model/controls.ts";
import { createWallet } from "./create-wallet.ts";

describe("a wallet that is opened", () => {
  const open = async (
    input: object,
    over: {
      readonly outcome?: object;
      readonly exists?: boolean;
      readonly idempotency?: Actor["idempotency"];
    } = {},
  ) => {
    const asked: unknown[][] = [];
    const { ports } = portsWith(notThere);
    const { outcome = { outcome: "created", value: "wallet" }, exists = true, idempotency } = over;
    const result = await createWallet({
      ...ports,
      ids: { ...ports.ids, next: () => walletId },
      sha256: (text) => `hash of ${text.length}`,
      owners: { ...ports.owners, ownerExists: async () => exists },
      ownership: {
        open: async (...args: unknown[]) => {
          asked.push(args);
          return outcome;
        },
      } as never,
    })(
      { ...actor, ...(idempotency && { idempotency }) },
      {
        owner: { teamId: "team" },
        name: "Travel",
        ...input,
      },
    );
    const [wallet, record, sealed] = asked[0] ?? [];
    return { result, asked, wallet, record, sealed };
  };

  test("has the organization's settings where it does not say otherwise", async () => {
    const { result, wallet, record, sealed } = await open({});
    expect(result).toEqual(ok("wallet"));
    expect(record).toMatchObject({
      id: walletId,
      teamId: "team",
      userId: null,
      name: "Travel",
      currency: "EUR",
      timezone: "UTC",
      limits: actor.settings.defaultLimits,
      controls: noControls,
      metadata: {},
      lowBalanceThreshold: null,
    });
    expect(sealed).toMatchObject({
      commandKey: null,
      fingerprint: null,
      requestId: actor.requestId,
      event: { type: "wallet.created", sequence: 1, at: noon, rulesVersion: 1 },
    });
    expect(wallet).toMatchObject({ headHash: expect.stringMatching(/^hash of/), version: 1 });
    const given = {
      currency: "CHF",
      timezone: "Asia/Tokyo",
      metadata: { a: "b" },
      lowBalanceThreshold: 9,
    };
    const other = await open({ ...given, owner: { userId: "user" } });
    expect(other.record).toMatchObject({ ...given, teamId: null, userId: "user" });
  });

  test("keeps the client's key on its first event", async () => {
    const idempotency = { key: "mine", fingerprint: "print" };
    const { sealed, asked } = await open({}, { idempotency });
    expect(sealed).toMatchObject({ commandKey: "client:mine", fingerprint: "print" });
    expect(asked[0]?.[3]).toEqual(idempotency);
  });

  test("is not, for an owner that is not there or is being deleted, by a clock that is off, or with small limits", async () => {
    const gone = await open({}, { exists: false });
    expect([told(gone.result), gone.asked]).toEqual([["not_found", "/teamId"], []]);
    const hindered = (by: string) => open({}, { outcome: { outcome: "hindered", by } });
    expect(told((await hindered("owner_closed")).result)).toEqual(["owner_closed"]);
    expect(told((await hindered("clock_off")).result)).toEqual(["overloaded"]);
    const small = await open({ limits: { day: { amount: 9 } } });
    expect(told(small.result)).toEqual(["validation_failed", "/limits/day/amount"]);
    expect(small.asked).toEqual([]);
  });
});
