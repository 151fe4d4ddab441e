import { describe, expect, it } from "vitest";
import { testDatabase } from "../../../test/support/database.ts";
import {
  directoryOn,
  idempotency,
  newActor,
  newId,
  outcomeOf,
  pageRequest,
  tally,
  times,
  valueFrom,
} from "../../../test/support/directory.ts";
import { noLimits } from "../../domain/wallets/rules/limits.ts";

const database = await testDatabase();

describe.each(["postgres", "neon"] as const)("organizations through %s", (driver) => {
  const directory = directoryOn(database[driver]());

  it("have the documented defaults", async () => {
    const made = valueFrom(await directory.createOrganization({}, { name: "Acme" }));
    expect(made).toMatchObject({
      name: "Acme",
      currency: "EUR",
      timezone: "UTC",
      defaultLimits: { ...noLimits, day: { amount: 500_000 }, month: { amount: 500_000 } },
      smallestLimit: 10_000,
      metadata: {},
    });
    expect(made.apiKey).toMatch(/^[0-9a-f-]{36}\.[\w-]{43}$/);
  });

  it("take limits window by window, on creation and in patches that race", async () => {
    const defaultLimits = { day: null, week: { count: 3 } };
    const made = valueFrom(await directory.createOrganization({}, { name: "Acme", defaultLimits }));
    const expected = { ...noLimits, week: { count: 3 }, month: { amount: 500_000 } };
    expect(made.defaultLimits).toEqual(expected);
    const actor = { ...(await newActor(directory)), organizationId: made.id };
    const patch = (limits: object) =>
      directory.updateOrganization(actor, made.id, { defaultLimits: limits });
    await Promise.all([patch({ year: { amount: 1 } }), patch({ day: { amount: 20_000 } })]);
    const { defaultLimits: now } = valueFrom(await directory.getOrganization(actor, made.id));
    expect(now).toEqual({ ...expected, year: { amount: 1 }, day: { amount: 20_000 } });
  });

  it("refuse default limits below the smallest limit, whichever of the two is changed", async () => {
    const actor = await newActor(directory);
    const id = actor.organizationId;
    const before = valueFrom(await directory.getOrganization(actor, id));
    const pointers = async (patch: object) => {
      const result = await directory.updateOrganization(actor, id, patch);
      return result.ok ? "ok" : result.refusal.errors?.map((error) => error.pointer);
    };
    expect(await pointers({ defaultLimits: { month: { amount: 9_999 } } })).toEqual([
      "/defaultLimits/month/amount",
    ]);
    expect(await pointers({ smallestLimit: 500_001 })).toEqual(["/defaultLimits/day/amount"]);
    expect(valueFrom(await directory.getOrganization(actor, id))).toEqual(before);
    expect(await pointers({ smallestLimit: 0, defaultLimits: { day: { amount: 0 } } })).toBe("ok");
    const small = { name: "Acme", defaultLimits: { day: { amount: 1 } } };
    expect(outcomeOf(await directory.createOrganization({}, small))).toBe("validation_failed");
  });

  it("keep the largest amount exactly", async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const defaultLimits = { day: { amount: most }, month: { amount: most } };
    const input = { name: "Acme", smallestLimit: most, defaultLimits };
    expect(valueFrom(await directory.createOrganization({}, input))).toMatchObject(input);
  });

  it("are read and changed by their own keys only", async () => {
    const [actor, stranger] = [await newActor(directory), await newActor(directory)];
    const id = actor.organizationId;
    const before = valueFrom(await directory.getOrganization(actor, id));
    expect(outcomeOf(await directory.getOrganization(stranger, id))).toBe("not_found");
    expect(outcomeOf(await directory.updateOrganization(stranger, id, { name: "x" }))).toBe(
      "not_found",
    );
    expect(valueFrom(await directory.getOrganization(actor, id))).toEqual(before);
    const patch = { name: "New", currency: "USD", timezone: "Europe/Zurich", metadata: { a: "1" } };
    const after = valueFrom(await directory.updateOrganization(actor, id, patch));
    expect(after).toEqual({ ...before, ...patch, updatedAt: after.updatedAt });
    expect((await directory.authenticate(actor.apiKeyId))?.settings.currency).toBe("USD");
  });

  it("are made once by 50 requests with one key, and only one of them has the secret", async () => {
    const request = { idempotency: idempotency(newId()) };
    const results = await Promise.all(
      times(50, () => directory.createOrganization(request, { name: "Acme" })),
    );
    expect(tally(results)).toEqual({ ok: 1, replayed: 49 });
    const values = results.map(valueFrom);
    expect(new Set(values.map((organization) => organization.id)).size).toBe(1);
    expect(values.filter((organization) => organization.apiKey !== null)).toHaveLength(1);
  });

  it("are listed newest first", async () => {
    const made = valueFrom(await directory.createOrganization({}, { name: "Newest" }));
    const { items } = valueFrom(await directory.listOrganizations(pageRequest));
    expect(items[0]?.id).toBe(made.id);
    expect(items[0]).not.toHaveProperty("apiKey");
  });
});
