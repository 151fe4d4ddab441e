import { describe, expect, it } from "vitest";
import { testDatabase } from "../../test/support/database.ts";
import {
  directoryOn,
  newActor,
  newId,
  outcomeOf,
  pageRequest,
  tally,
  times,
  valueFrom,
  withKey,
} from "../../test/support/directory.ts";

const database = await testDatabase();
const input = { email: "a@b.example", name: "Ada", metadata: { a: "ü" } };

describe.each(["postgres", "neon"] as const)("an idempotency key through %s", (driver) => {
  const directory = directoryOn(database[driver]());

  it("has one effect when 50 requests come at once, and 49 equal replays", async () => {
    const actor = withKey(await newActor(directory), newId());
    const results = await Promise.all(times(50, () => directory.createUser(actor, input)));
    expect(tally(results)).toEqual({ ok: 1, replayed: 49 });
    const [first] = results.map(valueFrom);
    expect(results.map(valueFrom)).toEqual(times(50, () => first));
    const { items } = valueFrom(await directory.listUsers(actor, pageRequest, {}));
    expect(items).toEqual([first]);
  });

  it("answers with what was created, whatever became of it", async () => {
    const actor = await newActor(directory);
    const repeat = withKey(actor, newId());
    const first = valueFrom(await directory.createUser(repeat, input));
    valueFrom(await directory.updateUser(actor, first.id, { email: "new@b.example" }));
    expect(await directory.createUser(repeat, input)).toEqual({
      ok: true,
      replayed: true,
      written: expect.anything(),
      value: first,
    });
    valueFrom(await directory.deleteUser(actor, first.id));
    expect(await directory.createUser(repeat, input)).toEqual({
      ok: true,
      replayed: true,
      written: expect.anything(),
      value: first,
    });
    expect(valueFrom(await directory.listUsers(actor, pageRequest, {})).items).toEqual([]);
  });

  it("replays a membership although its team and user are gone", async () => {
    const actor = await newActor(directory);
    const ids = {
      teamId: valueFrom(await directory.createTeam(actor, { name: "Ops" })).id,
      userId: valueFrom(await directory.createUser(actor, input)).id,
    };
    const repeat = withKey(actor, newId());
    const first = valueFrom(await directory.createTeamMember(repeat, ids));
    valueFrom(await directory.deleteTeam(actor, ids.teamId));
    expect(await directory.createTeamMember(repeat, ids)).toEqual({
      ok: true,
      replayed: true,
      written: expect.anything(),
      value: first,
    });
  });

  it("is refused for another request, one after the other and at once", async () => {
    const actor = await newActor(directory);
    const key = newId();
    valueFrom(await directory.createUser(withKey(actor, key, "1"), input));
    const other = withKey(actor, key, "2");
    expect(outcomeOf(await directory.createUser(other, { email: "c@b.example" }))).toBe(
      "idempotency_key_reused",
    );
    expect(outcomeOf(await directory.createTeam(other, { name: "Ops" }))).toBe(
      "idempotency_key_reused",
    );
    const racing = newId();
    const results = await Promise.all(
      times(20, (i) => directory.createTeam(withKey(actor, racing, `${i}`), { name: `${i}` })),
    );
    expect(tally(results)).toEqual({ ok: 1, idempotency_key_reused: 19 });
    expect(valueFrom(await directory.listTeams(actor, pageRequest, {})).items).toHaveLength(1);
  });

  it("is not used up by a refusal", async () => {
    const actor = await newActor(directory);
    const repeat = withKey(actor, newId());
    const { id } = valueFrom(await directory.createUser(actor, input));
    expect(outcomeOf(await directory.createUser(repeat, input))).toBe("email_taken");
    valueFrom(await directory.deleteUser(actor, id));
    expect(outcomeOf(await directory.createUser(repeat, input))).toBe("ok");

    const member = withKey(actor, newId());
    const teamId = newId();
    const userId = valueFrom(await directory.createUser(repeat, input)).id;
    expect(outcomeOf(await directory.createTeamMember(member, { teamId, userId }))).toBe(
      "not_found",
    );
    const real = valueFrom(await directory.createTeam(actor, { name: "Ops" })).id;
    const retried = await directory.createTeamMember(member, { teamId: real, userId });
    expect(outcomeOf(retried)).toBe("ok");
  });

  it("goes to the next request when the one that holds it fails", async () => {
    const actor = await newActor(directory);
    valueFrom(await directory.createUser(actor, input));
    const key = newId();
    const results = await Promise.all(
      times(20, (i) =>
        directory.createUser(
          withKey(actor, key, `${i % 2}`),
          i % 2 ? input : { email: "z@b.example" },
        ),
      ),
    );
    // Those that want the taken address fail wherever they stand in the queue for the key.
    expect(tally(results).ok).toBe(1);
    expect(tally(results).replayed).toBe(9);
    const { items } = valueFrom(await directory.listUsers(actor, pageRequest, {}));
    expect(items.map((user) => user.email)).toEqual(["z@b.example", input.email]);
  });

  it("belongs to one organization", async () => {
    const key = newId();
    const [a, b] = [await newActor(directory), await newActor(directory)];
    expect(outcomeOf(await directory.createUser(withKey(a, key), input))).toBe("ok");
    expect(outcomeOf(await directory.createUser(withKey(b, key), input))).toBe("ok");
  });
});

describe("a creation whose answer is lost", () => {
  it("has happened once, and the repeat says so", async () => {
    let drop = true;
    const faulty = await database.neonWithFaults({
      dropAnswer: (text) => {
        const dropped = drop && text.includes("insert into directory.users");
        if (dropped) drop = false;
        return dropped;
      },
    });
    const directory = directoryOn(faulty);
    const actor = withKey(await newActor(directory), newId());
    await expect(directory.createUser(actor, input)).rejects.toMatchObject({
      name: "DatabaseUnreachable",
      sent: true,
    });
    expect(outcomeOf(await directory.createUser(actor, input))).toBe("replayed");
    const { items } = valueFrom(await directory.listUsers(actor, pageRequest, {}));
    expect(items).toHaveLength(1);
  });
});
