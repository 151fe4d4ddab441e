import { expect, test } from "vitest";
import { anActor } from "../../test/support/an-actor.ts";
import { testDatabase } from "../../test/support/database.ts";
import { valueFrom } from "../../test/support/directory.ts";
import { newId } from "../../test/support/wallet-states.ts";
import { moneyOn } from "../../test/support/wallets.ts";
import { DatabaseUnreachable } from "../db/database.ts";
import { createWalletReads } from "../db/wallets/reads.ts";
import type { Activity } from "../observability/activity.ts";
import { createRequestScope } from "./request-scope.ts";
import { shareLookUps } from "./shared-look-ups.ts";

const open = await testDatabase();
const statements: string[] = [];
const database = open.postgres({ onStatement: ({ name }) => statements.push(name) });
const scope = createRequestScope();
const reads = createWalletReads(database, undefined, shareLookUps(scope));
const { wallets } = moneyOn(database);

/** Reads within a request of its own; tells what the request was noted to have done. */
const read = async (organizationId: string, id: string) => {
  const activity: Activity = { acts: [] };
  const found = await scope.run(activity, () => reads.findWallet(organizationId, id));
  return { found, acts: activity.acts };
};

test("reads of many requests share a statement, and each sees its own tenant's wallet only", async () => {
  const [ours, theirs] = [anActor(), anActor()];
  const make = async (actor: typeof ours, name: string) =>
    valueFrom(await wallets.createWallet(actor, { owner: { userId: newId() }, name }));
  const [one, two, other] = [
    await make(ours, "one"),
    await make(ours, "two"),
    await make(theirs, "other"),
  ];
  statements.length = 0;
  const [a, b, again, stolen, foreign, nothing] = await Promise.all([
    read(ours.organizationId, one.id),
    read(ours.organizationId, two.id),
    read(ours.organizationId, one.id),
    read(ours.organizationId, other.id),
    read(theirs.organizationId, other.id),
    read(ours.organizationId, newId()),
  ]);
  expect([a, b, again, foreign].map((seen) => seen?.found)).toEqual([one, two, one, other]);
  expect([stolen?.found, nothing?.found]).toEqual([null, null]);
  expect(statements).toEqual(["wallets.find_wallets"]);
  expect(a?.acts).toMatchObject([{ name: "wallets.find_wallets", kind: "statement", jobs: 6 }]);
  expect(b?.acts).toHaveLength(1);
});

test("a request is told of the statement that failed it", async () => {
  const gone = { run: () => Promise.reject(new DatabaseUnreachable("s", true)) };
  const failing = createWalletReads({ ...database, ...gone }, undefined, shareLookUps(scope));
  const activity: Activity = { acts: [] };
  const work = scope.run(activity, () => failing.findWallet(newId(), newId()));
  await expect(work).rejects.toThrow(DatabaseUnreachable);
  expect(activity.acts).toMatchObject([{ kind: "statement", failure: "unreachable" }]);
});
