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
import type { Actor } from "../../domain/actor.ts";
import type { Directory } from "../../domain/directory/directory.ts";

const database = await testDatabase();

const people = async (directory: Directory, actor: Actor, teams: number, users: number) => ({
  teams: await Promise.all(
    times(
      teams,
      async (i) => valueFrom(await directory.createTeam(actor, { name: `Team ${i}` })).id,
    ),
  ),
  users: await Promise.all(
    times(
      users,
      async (i) => valueFrom(await directory.createUser(actor, { email: `u${i}@b.example` })).id,
    ),
  ),
});

const pair = async (directory: Directory, actor: Actor) => {
  const { teams, users } = await people(directory, actor, 1, 1);
  return { teamId: teams[0] ?? "", userId: users[0] ?? "" };
};

const all = async (directory: Directory, actor: Actor, filters = {}) =>
  valueFrom(await directory.listTeamMembers(actor, { ...pageRequest, limit: 100 }, filters)).items;

describe.each(["postgres", "neon"] as const)("team members through %s", (driver) => {
  const directory = directoryOn(database[driver]());

  it("are members unless told, and change role", async () => {
    const actor = await newActor(directory);
    const ids = await pair(directory, actor);
    const made = valueFrom(await directory.createTeamMember(actor, ids));
    expect(made).toMatchObject({ ...ids, role: "member" });
    const patched = valueFrom(await directory.updateTeamMember(actor, made.id, { role: "admin" }));
    expect(patched).toEqual({ ...made, role: "admin", updatedAt: patched.updatedAt });
    expect(valueFrom(await directory.getTeamMember(actor, made.id))).toEqual(patched);
  });

  it("need a live team and user of the same organization, and are told which is missing", async () => {
    const [actor, stranger] = [await newActor(directory), await newActor(directory)];
    const { teamId, userId } = await pair(directory, actor);
    const foreign = await pair(directory, stranger);
    const missing = async (input: { teamId: string; userId: string }) => {
      const result = await directory.createTeamMember(actor, input);
      if (result.ok) return "ok";
      return [result.refusal.code, ...(result.refusal.errors ?? []).map((e) => e.pointer)];
    };
    const absent = "not_found";
    expect(await missing({ teamId: foreign.teamId, userId })).toEqual([absent, "/teamId"]);
    expect(await missing({ teamId, userId: foreign.userId })).toEqual([absent, "/userId"]);
    expect(await missing({ teamId: newId(), userId: newId() })).toEqual([
      absent,
      "/teamId",
      "/userId",
    ]);
    valueFrom(await directory.deleteUser(actor, userId));
    expect(await missing({ teamId, userId })).toEqual([absent, "/userId"]);
  });

  it("are unique among live ones, also when 50 requests race", async () => {
    const actor = await newActor(directory);
    const ids = await pair(directory, actor);
    const results = await Promise.all(times(50, () => directory.createTeamMember(actor, ids)));
    expect(tally(results)).toEqual({ ok: 1, team_member_exists: 49 });
    const [member] = await all(directory, actor);
    valueFrom(await directory.deleteTeamMember(actor, member?.id ?? ""));
    expect(outcomeOf(await directory.deleteTeamMember(actor, member?.id ?? ""))).toBe("not_found");
    expect(outcomeOf(await directory.createTeamMember(actor, ids))).toBe("ok");
  });

  it("never outlive their user or team, however creation and deletion race", async () => {
    const actor = await newActor(directory);
    for (let round = 0; round < 8; round++) {
      const teamId = valueFrom(await directory.createTeam(actor, { name: newId() })).id;
      const ids = await Promise.all(
        times(6, async () => {
          const input = { email: `${newId()}@b.example` };
          return valueFrom(await directory.createUser(actor, input)).id;
        }),
      );
      const results = await Promise.all([
        ...ids.map((userId) => directory.createTeamMember(actor, { teamId, userId })),
        ...ids.slice(0, 3).map((userId) => directory.deleteUser(actor, userId)),
        directory.deleteTeam(actor, teamId),
      ]);
      const outcomes = tally(results);
      // Every delete works; a creation works (and ends with its owner) or finds one missing.
      expect(Object.keys(outcomes).filter((o) => o !== "ok" && o !== "not_found")).toEqual([]);
      expect(results.slice(-4).map(outcomeOf)).toEqual(["ok", "ok", "ok", "ok"]);
      expect(await all(directory, actor)).toEqual([]);
    }
  });

  it("are not made of a user whose delete they had to wait for", async () => {
    const actor = await newActor(directory);
    const ids = await pair(directory, actor);
    const result = await whileLocked(database.url, {
      hold: (sql) => sql`select from directory.users where id = ${ids.userId} for update`,
      contend: () => directory.createTeamMember(actor, ids),
      finish: (sql) => sql`update directory.users set deleted_at = now() where id = ${ids.userId}`,
    });
    expect(result).toMatchObject({ refusal: { errors: [{ pointer: "/userId" }] } });
    expect(await all(directory, actor)).toEqual([]);
  });

  it.each(["user", "team"] as const)(
    "that come while their %s is deleted end with it",
    async (kind) => {
      const actor = await newActor(directory);
      const { teamId, userId } = await pair(directory, actor);
      const result = await whileLocked(database.url, {
        hold: (
          sql,
        ) => sql`insert into directory.team_members (id, organization_id, team_id, user_id)
        values (${newId()}, ${actor.organizationId}, ${teamId}, ${userId})`,
        contend: () =>
          kind === "user"
            ? directory.deleteUser(actor, userId)
            : directory.deleteTeam(actor, teamId),
      });
      expect(outcomeOf(result)).toBe("ok");
      expect(await all(directory, actor)).toEqual([]);
    },
  );

  it("are all ended by a bulk delete, of one team or of one user", async () => {
    const actor = await newActor(directory);
    const { teams, users } = await people(directory, actor, 2, 5);
    for (const teamId of teams) {
      for (const userId of users)
        valueFrom(await directory.createTeamMember(actor, { teamId, userId }));
    }
    const teamId = teams[0] ?? "";
    const userId = users[0] ?? "";
    const stranger = await newActor(directory);
    const refused = await directory.deleteTeamMembers(stranger, { teamId });
    expect(refused).toMatchObject({
      refusal: { code: "not_found", errors: [{ pointer: "/teamId" }] },
    });
    expect(await all(directory, actor)).toHaveLength(10);
    expect(valueFrom(await directory.deleteTeamMembers(actor, { teamId }))).toEqual({ deleted: 5 });
    expect(await all(directory, actor, { teamId })).toEqual([]);
    expect(valueFrom(await directory.deleteTeamMembers(actor, { userId }))).toEqual({ deleted: 1 });
    expect(await all(directory, actor)).toHaveLength(4);
    expect(valueFrom(await directory.deleteTeamMembers(actor, { userId }))).toEqual({ deleted: 0 });
  });

  it("end without deadlocks when teams and users are deleted crosswise", async () => {
    const actor = await newActor(directory);
    for (let round = 0; round < 4; round++) {
      const { teams, users } = await people(directory, actor, 4, 4);
      for (const teamId of teams) {
        await Promise.all(
          users.map((userId) => directory.createTeamMember(actor, { teamId, userId })),
        );
      }
      const results = await Promise.all([
        ...teams.map((id) => directory.deleteTeam(actor, id)),
        ...users.map((id) => directory.deleteUser(actor, id)),
        ...teams.map((teamId) => directory.deleteTeamMembers(actor, { teamId })),
        ...users.map((userId) => directory.deleteTeamMembers(actor, { userId })),
      ]);
      expect(tally(results.slice(0, 8))).toEqual({ ok: 8 });
      // A bulk delete may find its team or user gone already.
      expect(results.map(outcomeOf).filter((o) => o !== "ok" && o !== "not_found")).toEqual([]);
      expect(await all(directory, actor)).toEqual([]);
    }
  });

  it("are not found by another organization, which changes nothing", async () => {
    const [actor, stranger] = [await newActor(directory), await newActor(directory)];
    const ids = await pair(directory, actor);
    const member = valueFrom(await directory.createTeamMember(actor, ids));
    const role = { role: "admin" } as const;
    expect(outcomeOf(await directory.getTeamMember(stranger, member.id))).toBe("not_found");
    expect(outcomeOf(await directory.updateTeamMember(stranger, member.id, role))).toBe(
      "not_found",
    );
    expect(outcomeOf(await directory.deleteTeamMember(stranger, member.id))).toBe("not_found");
    expect(await all(directory, stranger, { teamId: ids.teamId })).toEqual([]);
    expect(valueFrom(await directory.getTeamMember(actor, member.id))).toEqual(member);
  });

  it("are listed by team and by user", async () => {
    const actor = await newActor(directory);
    const { teams, users } = await people(directory, actor, 2, 2);
    const [teamA = "", teamB = ""] = teams;
    const [userA = "", userB = ""] = users;
    valueFrom(await directory.createTeamMember(actor, { teamId: teamA, userId: userA }));
    valueFrom(await directory.createTeamMember(actor, { teamId: teamB, userId: userA }));
    valueFrom(await directory.createTeamMember(actor, { teamId: teamB, userId: userB }));
    // Made in one millisecond they have no order.
    const members = (await all(directory, actor, { teamId: teamB })).map((m) => m.userId);
    expect(members.sort()).toEqual([userA, userB].sort());
    expect(await all(directory, actor, { userId: userA })).toHaveLength(2);
    expect(await all(directory, actor, { userId: userB, teamId: teamA })).toEqual([]);
  });
});
