import type { Sql } from "postgres";
import { describe, expect, it } from "vitest";
import { testDatabase } from "../../../test/support/database.ts";
import {
  directoryOn,
  newActor,
  newId,
  outcomeOf,
  pageRequest,
  tally,
  times,
  valueFrom,
} from "../../../test/support/directory.ts";
import { whileLocked } from "../../../test/support/locks.ts";

const database = await testDatabase();

describe.each(["postgres", "neon"] as const)("users through %s", (driver) => {
  const directory = directoryOn(database[driver]());

  it("are read as they were created", async () => {
    const actor = await newActor(directory);
    const input = { email: "Ada@Example.com", name: "Ada 🦆", metadata: { "a b": "'\"\\ü" } };
    const made = valueFrom(await directory.createUser(actor, input));
    expect(made).toMatchObject(input);
    expect(made.updatedAt).toBe(made.createdAt);
    expect(made.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(valueFrom(await directory.getUser(actor, made.id))).toEqual(made);
  });

  it("have an e-mail address that is unique without regard to case, also on updates", async () => {
    const actor = await newActor(directory);
    valueFrom(await directory.createUser(actor, { email: "ada@example.com" }));
    const other = valueFrom(await directory.createUser(actor, { email: "bob@example.com" }));
    const taken = { email: "ADA@example.COM" };
    expect(outcomeOf(await directory.createUser(actor, taken))).toBe("email_taken");
    expect(outcomeOf(await directory.updateUser(actor, other.id, taken))).toBe("email_taken");
    expect(valueFrom(await directory.getUser(actor, other.id))).toEqual(other);
    const elsewhere = await newActor(directory);
    expect(outcomeOf(await directory.createUser(elsewhere, taken))).toBe("ok");
  });

  it("may change the case of their own address", async () => {
    const actor = await newActor(directory);
    const { id } = valueFrom(await directory.createUser(actor, { email: "ada@example.com" }));
    const changed = valueFrom(await directory.updateUser(actor, id, { email: "Ada@example.com" }));
    expect(changed.email).toBe("Ada@example.com");
  });

  it("are made once when 50 requests race for one address", async () => {
    const actor = await newActor(directory);
    const results = await Promise.all(
      times(50, (i) =>
        directory.createUser(actor, { email: i % 2 ? "a@b.example" : "A@B.example" }),
      ),
    );
    expect(tally(results)).toEqual({ ok: 1, email_taken: 49 });
    const { items } = valueFrom(await directory.listUsers(actor, pageRequest, {}));
    expect(items).toHaveLength(1);
  });

  it("keep what a patch does not name, and lose what it clears", async () => {
    const actor = await newActor(directory);
    const input = { email: "a@b.example", name: "Ada", metadata: { a: "1" } };
    const made = valueFrom(await directory.createUser(actor, input));
    const cleared = valueFrom(await directory.updateUser(actor, made.id, { name: null }));
    expect(cleared).toEqual({ ...made, name: null, updatedAt: cleared.updatedAt });
    expect(Date.parse(cleared.updatedAt)).toBeGreaterThan(Date.parse(made.updatedAt));
    const bare = valueFrom(await directory.updateUser(actor, made.id, { metadata: null }));
    expect(bare.metadata).toEqual({});
    expect(bare.email).toBe("a@b.example");
    expect(valueFrom(await directory.getUser(actor, made.id))).toEqual(bare);
  });

  it("are gone once deleted, and free their address", async () => {
    const actor = await newActor(directory);
    const { id } = valueFrom(await directory.createUser(actor, { email: "a@b.example" }));
    expect(outcomeOf(await directory.deleteUser(actor, id))).toBe("ok");
    expect(outcomeOf(await directory.getUser(actor, id))).toBe("not_found");
    expect(outcomeOf(await directory.updateUser(actor, id, { name: "x" }))).toBe("not_found");
    expect(outcomeOf(await directory.deleteUser(actor, id))).toBe("not_found");
    expect(valueFrom(await directory.listUsers(actor, pageRequest, {})).items).toEqual([]);
    expect(await directory.userExists(actor, id)).toBe(false);
    expect(outcomeOf(await directory.createUser(actor, { email: "a@b.example" }))).toBe("ok");
  });

  it("are not found by another organization, which changes nothing", async () => {
    const [actor, stranger] = [await newActor(directory), await newActor(directory)];
    const user = valueFrom(await directory.createUser(actor, { email: "a@b.example" }));
    expect(outcomeOf(await directory.getUser(stranger, user.id))).toBe("not_found");
    expect(outcomeOf(await directory.updateUser(stranger, user.id, { name: "x" }))).toBe(
      "not_found",
    );
    expect(outcomeOf(await directory.deleteUser(stranger, user.id))).toBe("not_found");
    expect(await directory.ownerExists(stranger, { userId: user.id })).toBe(false);
    expect(valueFrom(await directory.listUsers(stranger, pageRequest, {})).items).toEqual([]);
    expect(valueFrom(await directory.getUser(actor, user.id))).toEqual(user);
  });

  it("are found by address whatever its case", async () => {
    const actor = await newActor(directory);
    const user = valueFrom(await directory.createUser(actor, { email: "Ada@b.example" }));
    valueFrom(await directory.createUser(actor, { email: "bob@b.example" }));
    const filtered = await directory.listUsers(actor, pageRequest, { email: "aDA@B.example" });
    expect(valueFrom(filtered).items).toEqual([user]);
  });

  it("are changed after a deadlock, which certainly changed nothing", async () => {
    const actor = await newActor(directory);
    const a = valueFrom(await directory.createUser(actor, { email: "a@b.example" }));
    const b = valueFrom(await directory.createUser(actor, { email: "b@b.example" }));
    const rename = (id: string, email: string) => (sql: Sql) =>
      sql`update directory.users set email = ${email} where id = ${id}`;
    const result = await whileLocked(database.url, {
      hold: rename(b.id, "c@b.example"),
      contend: () => directory.updateUser(actor, a.id, { email: "b@b.example" }),
      // Closes the circle; who has waited longer notices first and is the one that fails.
      finish: rename(a.id, "d@b.example"),
    });
    expect(valueFrom(result).email).toBe("b@b.example");
  });
});

describe("deleting a user", () => {
  const db = database.postgres();

  it("asks wallets first, and leaves the user where they refuse", async () => {
    const refusal = { code: "owner_not_empty", detail: "A wallet holds money." } as const;
    const asked: unknown[] = [];
    const directory = directoryOn(db, {
      closeOwner: async (by, owner) => {
        asked.push([by.organizationId, owner]);
        return { ok: false, refusal };
      },
    });
    const actor = await newActor(directory);
    const { id } = valueFrom(await directory.createUser(actor, { email: "a@b.example" }));
    expect(await directory.deleteUser(actor, id)).toEqual({ ok: false, refusal });
    expect(outcomeOf(await directory.getUser(actor, id))).toBe("ok");
    expect(asked).toEqual([[actor.organizationId, { userId: id }]]);
  });

  it("closes nothing for an id that names no user of the organization", async () => {
    const directory = directoryOn(db, {
      closeOwner: async () => {
        throw new Error("asked");
      },
    });
    const actor = await newActor(directory);
    expect(outcomeOf(await directory.deleteUser(actor, newId()))).toBe("not_found");
    expect(outcomeOf(await directory.deleteTeam(actor, newId()))).toBe("not_found");
  });
});
