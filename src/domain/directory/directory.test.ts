import { describe, expect, test, vi } from "vitest";
import { newId } from "../../../test/support/wallet-states.ts";
import { type Actor, scopes } from "../actor.ts";
import { type Creation, hindered } from "../changes.ts";
import { ok, type Refused, type Result, refuse } from "../result.ts";
import { createDirectory, type Directory, type DirectoryPorts } from "./directory.ts";
import { defaultSettings } from "./organizations/organization.ts";

const now = Date.parse("2026-11-10T12:00:00.000Z");
const organizationId = newId();
const actor: Actor = {
  organizationId,
  apiKeyId: newId(),
  settings: defaultSettings,
  requestId: newId(),
  idempotency: { key: "key", fingerprint: "print" },
};
const page = { sortBy: "createdAt", sort: "desc", limit: 10, skip: 0 } as const;
const id = newId();

type Answers = {
  readonly [Port in keyof DirectoryPorts]?: Readonly<Record<string, unknown>>;
};

/** The directory over ports that answer so; `asked` tells what a port's method was asked. */
const directoryWith = (answers: Answers) => {
  let made = 0;
  const asked: Record<string, readonly unknown[]> = {};
  const port = (name: string, methods: Readonly<Record<string, unknown>> = {}) =>
    Object.fromEntries(
      Object.entries(methods).map(([method, answer]) => [
        method,
        vi.fn(async (...args: readonly unknown[]) => {
          asked[`${name}.${method}`] = args;
          if (answer instanceof Error) throw answer;
          return answer;
        }),
      ]),
    );
  const names = [
    "organizations",
    "apiKeys",
    "users",
    "teams",
    "teamMembers",
    "walletOwners",
  ] as const;
  const ports = Object.fromEntries(names.map((name) => [name, port(name, answers[name])]));
  const directory = createDirectory({
    ...ports,
    ids: { next: () => `id-${++made}` },
    secrets: { newSecret: () => "secret", sha256Hex: (text: string) => `hash of ${text}` },
    now: () => now,
  } as unknown as DirectoryPorts);
  return { directory, asked };
};

const created = <T>(value: T): Creation<T> => ({ outcome: "created", value });
const refusalOf = (result: Result<unknown>): Refused["refusal"] => {
  if (result.ok) throw new Error("it was not refused");
  return result.refusal;
};
const pointersOf = (result: Result<unknown>) =>
  refusalOf(result).errors?.map(({ pointer }) => pointer);

describe("what is made", () => {
  test("a user is without a name and metadata unless they are given", async () => {
    const { directory, asked } = directoryWith({ users: { insert: created("user") } });
    expect(await directory.createUser(actor, { email: "Mara@example.com" })).toEqual(ok("user"));
    const bare = { id: "id-1", email: "Mara@example.com", name: null, metadata: {} };
    expect(asked["users.insert"]).toEqual([organizationId, bare, actor.idempotency]);
    await directory.createUser(actor, { email: "m@example.com", name: "M", metadata: { a: "b" } });
    expect(asked["users.insert"]?.[1]).toMatchObject({ name: "M", metadata: { a: "b" } });
  });

  test("a team is without metadata unless they are given", async () => {
    const { directory, asked } = directoryWith({ teams: { insert: created("team") } });
    expect(await directory.createTeam(actor, { name: "Sales" })).toEqual(ok("team"));
    const bare = { id: "id-1", name: "Sales", metadata: {} };
    expect(asked["teams.insert"]).toEqual([organizationId, bare, actor.idempotency]);
    await directory.createTeam(actor, { name: "Sales", metadata: { a: "b" } });
    expect(asked["teams.insert"]?.[1]).toMatchObject({ metadata: { a: "b" } });
  });

  test("a team member is a member unless it is said to be an admin", async () => {
    const { directory, asked } = directoryWith({ teamMembers: { insert: created("member") } });
    const input = { teamId: "team", userId: "user" };
    expect(await directory.createTeamMember(actor, input)).toEqual(ok("member"));
    const member = { id: "id-1", ...input, role: "member" };
    expect(asked["teamMembers.insert"]).toEqual([organizationId, member, actor.idempotency]);
    await directory.createTeamMember(actor, { ...input, role: "admin" });
    expect(asked["teamMembers.insert"]?.[1]).toMatchObject({ role: "admin" });
  });

  test("an organization has the defaults that it does not say otherwise, and a key of every scope", async () => {
    const { directory, asked } = directoryWith({
      organizations: { insert: created({ id: "made" }) },
    });
    const { idempotency } = actor;
    const result = await directory.createOrganization(
      { ...(idempotency && { idempotency }) },
      {
        name: "Acme",
        defaultLimits: { day: { amount: 20_000 }, week: undefined },
        payments: { holdDays: 3 },
      },
    );
    expect(result).toEqual(ok({ id: "made", apiKey: "id-2.secret" }));
    expect(asked["organizations.insert"]).toEqual([
      {
        ...defaultSettings,
        id: "id-1",
        name: "Acme",
        defaultLimits: { ...defaultSettings.defaultLimits, day: { amount: 20_000 } },
        payments: { ...defaultSettings.payments, holdDays: 3 },
        metadata: {},
      },
      {
        id: "id-2",
        name: "First key",
        secretSha256: "hash of secret",
        scopes,
        rateLimitPerSecond: null,
        expiresAt: null,
      },
      idempotency,
    ]);
    const own = {
      currency: "CHF",
      timezone: "Europe/Zurich",
      smallestLimit: 5,
      metadata: { a: "b" },
    };
    await directory.createOrganization({}, { name: "Acme", ...own });
    expect(asked["organizations.insert"]?.[0]).toMatchObject({
      ...own,
      defaultLimits: defaultSettings.defaultLimits,
      payments: defaultSettings.payments,
    });
  });

  test("an API key is stored as its secret's hash, and has each scope once", async () => {
    const { directory, asked } = directoryWith({ apiKeys: { insert: created({ id: "made" }) } });
    const input = { name: "Till", scopes: ["wallets:read", "wallets:read"] } as const;
    expect(await directory.createApiKey(actor, input)).toEqual(
      ok({ id: "made", key: "id-1.secret" }),
    );
    const stored = {
      id: "id-1",
      name: "Till",
      secretSha256: "hash of secret",
      scopes: ["wallets:read"],
      rateLimitPerSecond: null,
      expiresAt: null,
    };
    expect(asked["apiKeys.insert"]).toEqual([
      organizationId,
      stored,
      actor.apiKeyId,
      actor.idempotency,
    ]);
    const expiresAt = new Date(now + 1).toISOString();
    await directory.createApiKey(actor, { ...input, rateLimitPerSecond: 9, expiresAt });
    expect(asked["apiKeys.insert"]?.[1]).toMatchObject({ rateLimitPerSecond: 9, expiresAt });
  });

  test("an API key cannot expire before it is made", async () => {
    const { directory, asked } = directoryWith({ apiKeys: { insert: created({}) } });
    const expiresAt = new Date(now).toISOString();
    const result = await directory.createApiKey(actor, { name: "Till", scopes: [], expiresAt });
    expect(refusalOf(result).code).toBe("validation_failed");
    expect(pointersOf(result)).toEqual(["/expiresAt"]);
    expect(asked["apiKeys.insert"]).toBeUndefined();
  });

  test("a secret is told once: a repeated creation answers without it", async () => {
    const again = { outcome: "replayed", value: { id: "made" } };
    const { directory } = directoryWith({
      apiKeys: { insert: again },
      organizations: { insert: again },
    });
    const replayed = (value: object) => ({ ok: true, replayed: true, value });
    expect(await directory.createApiKey(actor, { name: "Till", scopes: [] })).toEqual(
      replayed({ id: "made", key: null }),
    );
    expect(await directory.createOrganization({}, { name: "Acme" })).toEqual(
      replayed({ id: "made", apiKey: null }),
    );
  });
});

type Ask = (directory: Directory) => Promise<Result<unknown>>;
const asks = {
  createUser: (directory) => directory.createUser(actor, { email: "m@example.com" }),
  updateUser: (directory) => directory.updateUser(actor, id, {}),
  createTeam: (directory) => directory.createTeam(actor, { name: "Sales" }),
  updateTeam: (directory) => directory.updateTeam(actor, id, {}),
  createMember: (directory) =>
    directory.createTeamMember(actor, { teamId: "team", userId: "user" }),
  createKey: (directory) => directory.createApiKey(actor, { name: "Till", scopes: [] }),
  createOrganization: (directory) => directory.createOrganization({}, { name: "Acme" }),
  updateOrganization: (directory) => directory.updateOrganization(actor, organizationId, {}),
} satisfies Record<string, Ask>;

describe("what stands in the way is told by code, and where in the request it is", () => {
  test.each([
    ["users", "insert", "email_taken", asks.createUser, "email_taken", ["/email"]],
    ["users", "update", "email_taken", asks.updateUser, "email_taken", ["/email"]],
    ["teams", "insert", "team_name_taken", asks.createTeam, "team_name_taken", ["/name"]],
    ["teams", "update", "team_name_taken", asks.updateTeam, "team_name_taken", ["/name"]],
    ["teamMembers", "insert", "team_not_found", asks.createMember, "not_found", ["/teamId"]],
    ["teamMembers", "insert", "user_not_found", asks.createMember, "not_found", ["/userId"]],
    [
      "teamMembers",
      "insert",
      "team_and_user_not_found",
      asks.createMember,
      "not_found",
      ["/teamId", "/userId"],
    ],
    [
      "teamMembers",
      "insert",
      "team_member_exists",
      asks.createMember,
      "team_member_exists",
      undefined,
    ],
    ["apiKeys", "insert", "scope_not_held", asks.createKey, "validation_failed", ["/scopes"]],
    [
      "organizations",
      "insert",
      "day_limit_too_small",
      asks.createOrganization,
      "validation_failed",
      ["/defaultLimits/day/amount"],
    ],
    [
      "organizations",
      "update",
      "month_limit_too_small",
      asks.updateOrganization,
      "validation_failed",
      ["/defaultLimits/month/amount"],
    ],
  ] as const)("%s.%s: %s", async (port, method, by, ask, code, pointers) => {
    const result = await ask(directoryWith({ [port]: { [method]: hindered(by) } }).directory);
    expect(refusalOf(result).code).toBe(code);
    expect(pointersOf(result)).toEqual(pointers);
    // No secret of something that was not made.
    expect(Object.keys(result)).toEqual(["ok", "refusal"]);
  });

  test("a key of another request, and what is not there to be changed", async () => {
    const reused = directoryWith({ users: { insert: { outcome: "key_reused" } } }).directory;
    expect(refusalOf(await asks.createUser(reused)).code).toBe("idempotency_key_reused");
    const gone = { update: { outcome: "not_found" } };
    const nothing = directoryWith({ users: gone, teams: gone, teamMembers: gone }).directory;
    const patches = [
      asks.updateUser(nothing),
      asks.updateTeam(nothing),
      nothing.updateTeamMember(actor, id, {}),
    ];
    const refusals = (await Promise.all(patches)).map(refusalOf);
    expect(refusals.map(({ code }) => code)).toEqual(["not_found", "not_found", "not_found"]);
    expect(refusals.map(({ detail }) => detail.match(/user|team member|team/)?.[0])).toEqual([
      "user",
      "team",
      "team member",
    ]);
  });
});

/** How stores answer a deletion. */
const written = { directory: "7" };
const removed = (value: unknown) => ({ outcome: "changed", value, written });
const notThere = { outcome: "not_found" };

describe("reads and changes", () => {
  test("are of the actor's organization alone", async () => {
    const changed = { outcome: "changed", value: "changed" };
    const methods = { find: "found", list: "page", update: changed, revoke: "revoked" };
    const stores = { ...methods, remove: removed(undefined), removeAll: removed(3) };
    const { directory, asked } = directoryWith({
      users: stores,
      teams: stores,
      teamMembers: stores,
      apiKeys: methods,
    });
    const filters = { name: "n" };
    expect(await directory.getUser(actor, id)).toEqual(ok("found"));
    expect(await directory.getTeam(actor, id)).toEqual(ok("found"));
    expect(await directory.getTeamMember(actor, id)).toEqual(ok("found"));
    expect(await directory.getApiKey(actor, id)).toEqual(ok("found"));
    expect(await directory.listUsers(actor, page, {})).toEqual(ok("page"));
    expect(await directory.listTeams(actor, page, filters)).toEqual(ok("page"));
    expect(await directory.listTeamMembers(actor, page, { teamId: id })).toEqual(ok("page"));
    expect(await directory.listApiKeys(actor, page)).toEqual(ok("page"));
    expect(await directory.updateUser(actor, id, { name: "N" })).toEqual(ok("changed"));
    expect(await directory.updateTeam(actor, id, { name: "N" })).toEqual(ok("changed"));
    expect(await directory.updateTeamMember(actor, id, { role: "admin" })).toEqual(ok("changed"));
    expect(await directory.deleteTeamMember(actor, id)).toEqual(ok(undefined, written));
    expect(await directory.deleteTeamMembers(actor, { userId: id })).toEqual(
      ok({ deleted: 3 }, written),
    );
    expect(await directory.revokeApiKey(actor, id)).toEqual(ok(undefined));
    expect(Object.keys(asked)).toHaveLength(14);
    for (const [organization] of Object.values(asked)) expect(organization).toBe(organizationId);
    expect(asked["teams.list"]).toEqual([organizationId, page, filters]);
    expect(asked["users.update"]).toEqual([organizationId, id, { name: "N" }]);
    expect(asked["teamMembers.removeAll"]).toEqual([organizationId, { userId: id }]);
  });

  test("what is not there is not found", async () => {
    const methods = { find: null, revoke: "not_found" };
    const stores = { ...methods, remove: notThere, removeAll: notThere };
    const { directory } = directoryWith({
      users: stores,
      teams: stores,
      teamMembers: stores,
      apiKeys: methods,
      organizations: methods,
    });
    const results = await Promise.all([
      directory.getUser(actor, id),
      directory.getTeam(actor, id),
      directory.getTeamMember(actor, id),
      directory.getApiKey(actor, id),
      directory.getOrganization(actor, organizationId),
      directory.deleteUser(actor, id),
      directory.deleteTeam(actor, id),
      directory.deleteTeamMember(actor, id),
      directory.revokeApiKey(actor, id),
    ]);
    for (const result of results) expect(refusalOf(result).code).toBe("not_found");
    expect(results.map((result) => refusalOf(result).detail.replace(/^.* such |\.$/g, ""))).toEqual(
      [
        ...["user", "team", "team member", "API key", "organization"],
        ...["user", "team", "team member", "API key"],
      ],
    );
    for (const owner of [{ teamId: id }, { userId: id }]) {
      const result = await directory.deleteTeamMembers(actor, owner);
      expect(refusalOf(result).code).toBe("not_found");
      expect(pointersOf(result)).toEqual([`/${Object.keys(owner)[0]}`]);
    }
  });

  test("an organization is there for its own keys only", async () => {
    const { directory, asked } = directoryWith({
      organizations: {
        find: "found",
        list: "page",
        update: { outcome: "changed", value: "changed" },
      },
    });
    for (const result of [
      await directory.getOrganization(actor, id),
      await directory.updateOrganization(actor, id, {}),
    ]) {
      const { code, detail } = refusalOf(result);
      expect([code, detail]).toEqual(["not_found", expect.stringContaining("organization")]);
    }
    expect(asked).toEqual({});
    expect(await directory.getOrganization(actor, organizationId)).toEqual(ok("found"));
    expect(await asks.updateOrganization(directory)).toEqual(ok("changed"));
    expect(await directory.listOrganizations(page)).toEqual(ok("page"));
  });

  test("the last key that can be used stays", async () => {
    const { directory } = directoryWith({ apiKeys: { revoke: "last_api_key" } });
    expect(refusalOf(await directory.revokeApiKey(actor, id)).code).toBe("last_api_key");
  });
});

describe("an owner of wallets", () => {
  const kinds = [
    ["team", "teams", (directory: Directory) => directory.deleteTeam(actor, id), { teamId: id }],
    ["user", "users", (directory: Directory) => directory.deleteUser(actor, id), { userId: id }],
  ] as const;

  test.each(kinds)("%s: is closed in wallets, then deleted", async (_, store, remove, owner) => {
    const { directory, asked } = directoryWith({
      [store]: { find: "found", remove: removed(undefined) },
      walletOwners: { closeOwner: ok(undefined, { wallets: "5" }) },
    });
    expect(await remove(directory)).toEqual(ok(undefined, { wallets: "5", ...written }));
    expect(Object.keys(asked)).toEqual([
      `${store}.find`,
      "walletOwners.closeOwner",
      `${store}.remove`,
    ]);
    expect(asked["walletOwners.closeOwner"]).toEqual([actor, owner]);
  });

  test.each(kinds)(
    "%s: is not deleted while its wallets cannot be closed",
    async (_, store, remove) => {
      const refused = refuse("owner_not_empty", "It is not empty.");
      const { directory, asked } = directoryWith({
        [store]: { find: "found", remove: removed(undefined) },
        walletOwners: { closeOwner: refused },
      });
      expect(await remove(directory)).toEqual(refused);
      expect(asked[`${store}.remove`]).toBeUndefined();
    },
  );

  test.each(kinds)("%s: that names nothing leaves no tombstone", async (_, store, remove) => {
    const { directory, asked } = directoryWith({ [store]: { find: null } });
    expect(refusalOf(await remove(directory)).code).toBe("not_found");
    expect(asked["walletOwners.closeOwner"]).toBeUndefined();
  });

  test.each(kinds)(
    "%s: that another delete was quicker with is not found",
    async (_, store, remove) => {
      const { directory } = directoryWith({
        [store]: { find: "found", remove: notThere },
        walletOwners: { closeOwner: ok(undefined) },
      });
      expect(refusalOf(await remove(directory)).code).toBe("not_found");
    },
  );

  test.each(kinds)(
    "%s: whose second step fails is not told that nothing changed",
    async (_, store, remove) => {
      const { directory } = directoryWith({
        [store]: { find: "found", remove: new Error("gone") },
        walletOwners: { closeOwner: ok(undefined) },
      });
      await expect(remove(directory)).rejects.toMatchObject({ sent: true });
    },
  );

  test("exists if it is found, in the actor's organization", async () => {
    const { directory, asked } = directoryWith({ users: { find: "user" }, teams: { find: null } });
    expect(await directory.ownerExists(actor, { userId: id })).toBe(true);
    expect(await directory.ownerExists(actor, { teamId: id })).toBe(false);
    expect(await directory.userExists(actor, id)).toBe(true);
    expect(asked["teams.find"]).toEqual([organizationId, id]);
    const other = directoryWith({ users: { find: null }, teams: { find: "team" } }).directory;
    expect(await other.ownerExists(actor, { userId: id })).toBe(false);
    expect(await other.ownerExists(actor, { teamId: id })).toBe(true);
    expect(await other.userExists(actor, id)).toBe(false);
  });
});

describe("a key that asks to be let in", () => {
  test("is looked up if it has the form of an id, and only then", async () => {
    const record = { id };
    const { directory, asked } = directoryWith({ apiKeys: { lookUp: record } });
    expect(await directory.authenticate(id)).toBe(record);
    expect(asked["apiKeys.lookUp"]).toEqual([id]);
    const foreign = ["", "x", `${id}0`, `0${id}`, id.toUpperCase(), id.replaceAll("-", "")];
    const groups = id.split("-");
    const short = groups.map((_, at) =>
      groups.map((group, place) => (place === at ? group.slice(1) : group)).join("-"),
    );
    for (const other of [...foreign, ...short]) {
      expect(await directory.authenticate(other), other).toBeNull();
    }
  });

  test("has its uses recorded, if there are any", async () => {
    const { directory, asked } = directoryWith({ apiKeys: { touch: undefined } });
    await directory.touchApiKeys([]);
    expect(asked).toEqual({});
    const uses = [{ organizationId, apiKeyId: id, at: new Date(now).toISOString() }];
    await directory.touchApiKeys(uses);
    expect(asked["apiKeys.touch"]).toEqual([uses]);
  });
});
