import { beforeAll, expect, test } from "vitest";
import { createWalletStore } from "../../../src/db/wallets/wallet-store.ts";
import type { Actor } from "../../../src/domain/actor.ts";
import { authorize } from "../../../src/domain/wallets/verbs/authorize.ts";
import type { CommandPorts } from "../../../src/domain/wallets/verbs/command.ts";
import { capture } from "../../../src/domain/wallets/verbs/payment-life.ts";
import { createIds } from "../../../src/runtime/ids.ts";
import { sha256Hex } from "../../../src/runtime/sha256.ts";
import { sleep } from "../../../src/runtime/sleep.ts";
import { anActor } from "../../../test/support/an-actor.ts";
import { audited } from "../../../test/support/audit.ts";
import { type TestDatabase, testDatabase } from "../../../test/support/database.ts";
import { valueFrom } from "../../../test/support/directory.ts";
import { funded, type Money, moneyOn, withCard } from "../../../test/support/wallets.ts";
import { DirectLane } from "./lane.ts";

let database: TestDatabase;
let money: Money;

beforeAll(async () => {
  database = await testDatabase();
  money = moneyOn(database.postgres());
});

const isolate = (): CommandPorts => ({
  lane: new DirectLane(
    {
      store: createWalletStore(database.postgres()),
      sha256: sha256Hex,
      now: Date.now,
      random: Math.random,
      sleep,
    },
    1_000_000,
  ),
  ids: createIds(),
  now: Date.now,
});

const card = async (actor: Actor): Promise<string> =>
  (await withCard(money, actor, await funded(money, actor, 10_000))).id;

test("payments of many at once, from two isolates on two wallets, are each made once", async () => {
  const actor = anActor();
  const cards = [await card(actor), await card(actor)];
  const isolates = [isolate(), isolate()];
  const paid = await Promise.all(
    Array.from({ length: 40 }, async (_, n) => {
      const ports = isolates[n % 2] ?? isolate();
      const input = { cardId: cards[Math.floor(n / 2) % 2] ?? "", amount: 100 + n };
      const payment = await authorize(ports)(actor, input);
      if (!payment.ok) return payment.refusal.code;
      valueFrom(await capture(ports)(actor, payment.value.id, {}));
      return payment.value.approved;
    }),
  );
  // So many on one wallet may give up; nothing else may come out.
  expect(paid.filter((one) => one !== true && one !== "wallet_busy")).toEqual([]);
  const { payments } = await audited(database.postgres(), actor.organizationId);
  expect(payments.size).toBe(paid.filter((one) => one === true).length);
});

test("a key that was used is answered from the log", async () => {
  const actor = anActor({ idempotency: { key: "again", fingerprint: "a".repeat(64) } });
  const input = {
    cardId: await card(anActor({ organizationId: actor.organizationId })),
    amount: 5,
  };
  const first = await authorize(isolate())(actor, input);
  expect(await authorize(isolate())(actor, input)).toEqual({ ...first, replayed: true });
});

test("what does not exist is not found", async () => {
  const input = { cardId: await card(anActor()), amount: 5 };
  expect(await authorize(isolate())(anActor(), input)).toMatchObject({
    refusal: { code: "not_found" },
  });
});
