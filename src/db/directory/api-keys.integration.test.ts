import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { testDatabase } from "../../../test/support/database.ts";
import {
  directoryOn,
  newActor,
  newId,
  outcomeOf,
  pageRequest,
  secrets,
  tally,
  times,
  valueFrom,
  withKey,
} from "../../../test/support/directory.ts";
import { scopes } from "../../domain/actor.ts";
import { defaultPaymentSettings } from "../../domain/organization-settings.ts";
import { statement } from "../statement.ts";

const database = await testDatabase();
const readers = { name: "Reader", scopes: ["users:read", "teams:read"] } as const;

describe.each(["postgres", "neon"] as const)("API keys through %s", (driver) => {
  const db = database[driver]();
  const directory = directoryOn(db);

  it("let in whoever has the secret, which is stored as its hash only", async () => {
    const actor = await newActor(directory);
    const expiresAt = "2999-01-01T00:00:00.000Z";
    const input = { ...readers, expiresAt, rateLimitPerSecond: 7 };
    const { key, ...made } = valueFrom(await directory.createApiKey(actor, input));
    const [id = "", secret = ""] = String(key).split(".");
    expect(made).toMatchObject({ ...input, id, lastUsedAt: null });
    expect(valueFrom(await directory.getApiKey(actor, id))).toEqual(made);
    expect(await directory.authenticate(id)).toEqual({
      id,
      organizationId: actor.organizationId,
      secretSha256: secrets.sha256Hex(secret),
      scopes: readers.scopes,
      expiresAt,
      rateLimitPerSecond: 7,
      settings: {
        currency: "EUR",
        timezone: "UTC",
        defaultLimits: actor.settings.defaultLimits,
        smallestLimit: 10_000,
        payments: defaultPaymentSettings,
      },
    });
    const rows = await db.run(statement("test", sql`select k::text from directory.api_keys k`));
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it("look up nothing for what is no id, no key, or revoked", async () => {
    const actor = await newActor(directory);
    const { id } = valueFrom(await directory.createApiKey(actor, readers));
    valueFrom(await directory.revokeApiKey(actor, id));
    for (const unknown of ["", "x", "' or true --", "\u0000", newId(), id]) {
      expect(await directory.authenticate(unknown)).toBe(null);
    }
  });

  it("grant only what the granting key holds, as stored", async () => {
    const actor = await newActor(directory);
    const reader = valueFrom(await directory.createApiKey(actor, readers));
    const asReader = { ...actor, apiKeyId: reader.id };
    const more = { name: "More", scopes: ["users:read", "users:write"] } as const;
    expect(outcomeOf(await directory.createApiKey(asReader, more))).toBe("validation_failed");
    const less = { name: "Less", scopes: ["users:read"] } as const;
    expect(outcomeOf(await directory.createApiKey(asReader, less))).toBe("ok");
    valueFrom(await directory.revokeApiKey(actor, reader.id));
    expect(outcomeOf(await directory.createApiKey(asReader, less))).toBe("validation_failed");
    const foreign = { ...actor, organizationId: (await newActor(directory)).organizationId };
    expect(outcomeOf(await directory.createApiKey(foreign, less))).toBe("validation_failed");
  });

  it("must expire in the future", async () => {
    const actor = await newActor(directory);
    const past = { ...readers, expiresAt: new Date(Date.now() - 1).toISOString() };
    const result = await directory.createApiKey(actor, past);
    expect(result).toMatchObject({ refusal: { errors: [{ pointer: "/expiresAt" }] } });
  });

  it("show their secret once: a repeat answers without it, and the claim does not hold it", async () => {
    const actor = await newActor(directory);
    const repeat = withKey(actor, newId());
    const first = valueFrom(await directory.createApiKey(repeat, readers));
    const again = await directory.createApiKey(repeat, readers);
    expect(again).toEqual({ ok: true, replayed: true, value: { ...first, key: null } });
    const secret = String(first.key).split(".")[1] ?? "";
    const [claim] = await db.run(
      statement(
        "test",
        sql`select response::text from directory.idempotency_keys
        where organization_id = ${actor.organizationId}::uuid`,
      ),
    );
    expect(claim?.["response"]).toContain(first.id);
    expect(claim?.["response"]).not.toContain(secret);
    expect(claim?.["response"]).not.toContain(secrets.sha256Hex(secret));
  });

  it("leave one that can be used, however many revocations race", async () => {
    for (let round = 0; round < 5; round++) {
      const actor = await newActor(directory);
      await Promise.all(times(9, () => directory.createApiKey(actor, readers)));
      const { items } = valueFrom(await directory.listApiKeys(actor, pageRequest));
      expect(items).toHaveLength(10);
      const results = await Promise.all(items.map(({ id }) => directory.revokeApiKey(actor, id)));
      expect(tally(results)).toEqual({ ok: 9, last_api_key: 1 });
      expect(valueFrom(await directory.listApiKeys(actor, pageRequest)).items).toHaveLength(1);
    }
  });

  it("do not count as usable once they have expired", async () => {
    const actor = await newActor(directory);
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { id } = valueFrom(await directory.createApiKey(actor, { ...readers, expiresAt }));
    await db.run(
      statement(
        "test",
        sql`update directory.api_keys set expires_at = now() - interval '1 second' where id = ${id}::uuid`,
      ),
    );
    expect(outcomeOf(await directory.revokeApiKey(actor, actor.apiKeyId))).toBe("last_api_key");
    expect(outcomeOf(await directory.revokeApiKey(actor, id))).toBe("ok");
  });

  it("are gone once revoked", async () => {
    const actor = await newActor(directory);
    const { id } = valueFrom(await directory.createApiKey(actor, readers));
    expect(outcomeOf(await directory.revokeApiKey(actor, id))).toBe("ok");
    expect(outcomeOf(await directory.revokeApiKey(actor, id))).toBe("not_found");
    expect(outcomeOf(await directory.getApiKey(actor, id))).toBe("not_found");
    const { items } = valueFrom(await directory.listApiKeys(actor, pageRequest));
    expect(items.map((key) => key.id)).toEqual([actor.apiKeyId]);
  });

  it("are not found by another organization, which changes nothing", async () => {
    const [actor, stranger] = [await newActor(directory), await newActor(directory)];
    const { key, ...made } = valueFrom(await directory.createApiKey(actor, readers));
    expect(outcomeOf(await directory.getApiKey(stranger, made.id))).toBe("not_found");
    expect(outcomeOf(await directory.revokeApiKey(stranger, made.id))).toBe("not_found");
    expect(valueFrom(await directory.getApiKey(actor, made.id))).toEqual(made);
    await directory.touchApiKeys([
      { organizationId: stranger.organizationId, apiKeyId: made.id, at: new Date().toISOString() },
    ]);
    expect(valueFrom(await directory.getApiKey(actor, made.id)).lastUsedAt).toBe(null);
  });

  it("remember their newest use, in whatever order uses are reported", async () => {
    const [a, b] = [await newActor(directory), await newActor(directory)];
    const use = ({ organizationId, apiKeyId }: typeof a, second: number) => ({
      organizationId,
      apiKeyId,
      at: `2026-11-22T10:00:0${second}.000Z`,
    });
    const lastUse = async (actor: typeof a) =>
      valueFrom(await directory.getApiKey(actor, actor.apiKeyId)).lastUsedAt;
    await directory.touchApiKeys([]);
    await directory.touchApiKeys([use(a, 3), use(b, 1), use(a, 5)]);
    await directory.touchApiKeys([use(a, 4), use(b, 2)]);
    expect(await lastUse(a)).toBe("2026-11-22T10:00:05.000Z");
    expect(await lastUse(b)).toBe("2026-11-22T10:00:02.000Z");
  });

  it("come first with every scope there is", async () => {
    const actor = await newActor(directory);
    const first = valueFrom(await directory.getApiKey(actor, actor.apiKeyId));
    expect(first.scopes).toEqual(scopes);
  });
});
