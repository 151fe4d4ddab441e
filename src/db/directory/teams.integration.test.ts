import { describe, expect, it } from "vitest";
import { testDatabase } from "../../../test/support/database.ts";
import {
  directoryOn,
  newActor,
  outcomeOf,
  pageRequest,
  tally,
  times,
  valueFrom,
} from "../../../test/support/directory.ts";

const database = await testDatabase();

describe.each(["postgres", "neon"] as const)("teams through %s", (driver) => {
  const directory = directoryOn(database[driver]());

  it("are read as they were created and patched", async () => {
    const actor = await newActor(directory);
    const made = valueFrom(
      await directory.createTeam(actor, { name: "Ops", metadata: { a: "1" } }),
    );
    expect(made).toMatchObject({ name: "Ops", metadata: { a: "1" } });
    const patched = valueFrom(await directory.updateTeam(actor, made.id, { name: "Operations" }));
    expect(patched).toEqual({ ...made, name: "Operations", updatedAt: patched.updatedAt });
    expect(patched.updatedAt > made.updatedAt).toBe(true);
    expect(valueFrom(await directory.getTeam(actor, made.id))).toEqual(patched);
  });

  it("have a name of their own in the organization, also on updates and in a race", async () => {
    const actor = await newActor(directory);
    const results = await Promise.all(
      times(50, () => directory.createTeam(actor, { name: "Ops" })),
    );
    expect(tally(results)).toEqual({ ok: 1, team_name_taken: 49 });
    const other = valueFrom(await directory.createTeam(actor, { name: "Sales" }));
    const update = await directory.updateTeam(actor, other.id, { name: "Ops" });
    expect(outcomeOf(update)).toBe("team_name_taken");
    expect(outcomeOf(await directory.createTeam(await newActor(directory), { name: "Ops" }))).toBe(
      "ok",
    );
  });

  it("are gone once deleted, and free their name", async () => {
    const actor = await newActor(directory);
    const { id } = valueFrom(await directory.createTeam(actor, { name: "Ops" }));
    expect(await directory.ownerExists(actor, { teamId: id })).toBe(true);
    expect(outcomeOf(await directory.deleteTeam(actor, id))).toBe("ok");
    expect(outcomeOf(await directory.getTeam(actor, id))).toBe("not_found");
    expect(outcomeOf(await directory.updateTeam(actor, id, {}))).toBe("not_found");
    expect(outcomeOf(await directory.deleteTeam(actor, id))).toBe("not_found");
    expect(await directory.ownerExists(actor, { teamId: id })).toBe(false);
    expect(valueFrom(await directory.listTeams(actor, pageRequest, {})).items).toEqual([]);
    expect(outcomeOf(await directory.createTeam(actor, { name: "Ops" }))).toBe("ok");
  });

  it("are not found by another organization, which changes nothing", async () => {
    const [actor, stranger] = [await newActor(directory), await newActor(directory)];
    const team = valueFrom(await directory.createTeam(actor, { name: "Ops" }));
    expect(outcomeOf(await directory.getTeam(stranger, team.id))).toBe("not_found");
    expect(outcomeOf(await directory.updateTeam(stranger, team.id, { name: "x" }))).toBe(
      "not_found",
    );
    expect(outcomeOf(await directory.deleteTeam(stranger, team.id))).toBe("not_found");
    expect(await directory.ownerExists(stranger, { teamId: team.id })).toBe(false);
    expect(valueFrom(await directory.listTeams(stranger, pageRequest, {})).items).toEqual([]);
    expect(valueFrom(await directory.getTeam(actor, team.id))).toEqual(team);
  });
});
