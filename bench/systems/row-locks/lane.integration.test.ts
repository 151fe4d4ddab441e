import { beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../../src/db/drivers/postgres.ts";
import type { Actor } from "../../../src/domain/actor.ts";
import { authorize } from "../../../src/domain/wallets/verbs/authorize.ts";
import type { CommandPorts } from "../../../src/domain/wallets/verbs/command.ts";
import { transfer } from "../../../src/domain/wallets/verbs/move-money.ts";
import { capture } from "../../../src/domain/wallets/verbs/payment-life.ts";
import { createIds } from "../../../src/runtime/ids.ts";
import { sha256Hex } from "../../../src/runtime/sha256.ts";
import { anActor } from "../../../test/support/an-actor.ts";
import { audited } from "../../../test/support/audit.ts";
import { onFileEnd } from "../../../test/support/cleanup.ts";
import { type TestDatabase, testDatabase } from "../../../test/support/database.ts";
import { valueFrom } from "../../../test/support/directory.ts";
import { funded, type Money, moneyOn, withCard } from "../../../test/support/wallets.ts";
import { RowLockLane } from "./lane.ts";

let database: TestDatabase;
let money: Money;
let ports: CommandPorts;

beforeAll(async () => {
  database = await testDatabase();
  money = moneyOn(database.postgres());
  const sql = connect(database.url, 10, 15_000);
  onFileEnd(() => sql.end({ timeout: 5 }));
  ports = {
    lane: new RowLockLane(sql, sha256Hex, Date.now),
    ids: createIds(),
    now: Date.now,
  };
});

const reads = { findOperation: async () => null };

const world = async (actor: Actor) => {
  const wallets = [await funded(money, actor, 10_000), await funded(money, actor, 10_000)];
  const cards = await Promise.all(wallets.map((wallet) => withCard(money, actor, wallet)));
  return { wallets, cards };
};

describe("the usual way writes the ledger that Purser writes", () => {
  test("payments, captures and transfers of many at once, both ways round, can be proved", async () => {
    const actor = anActor();
    const { wallets, cards } = await world(actor);
    const pay = async (n: number) => {
      const payment = valueFrom(
        await authorize(ports)(actor, { cardId: cards[n % 2]?.id ?? "", amount: 100 + n }),
      );
      expect(payment.approved).toBe(true);
      return valueFrom(await capture(ports)(actor, payment.id, {}));
    };
    const move = async (n: number) => {
      const [fromWalletId = "", toWalletId = ""] = [wallets[n % 2]?.id, wallets[(n + 1) % 2]?.id];
      const input = { fromWalletId, toWalletId, amount: 7 };
      valueFrom(await transfer({ ...ports, reads })(actor, input));
    };
    await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 4 < 2 ? pay(n) : move(n))));
    const { log, payments, sum } = await audited(database.postgres(), actor.organizationId);
    expect([...log.values()].flat().filter((type) => type === "transfer.sent")).toHaveLength(20);
    const captured = [...payments.values()].reduce((all, one) => all + one.captured, 0n);
    expect(payments.size).toBe(20);
    expect(sum).toBe(20_000n - captured);
  });

  test("Purser goes on where it left off, and the other way round", async () => {
    const actor = anActor();
    const { cards } = await world(actor);
    const input = { cardId: cards[0]?.id ?? "", amount: 5 };
    for (let n = 0; n < 3; n++) {
      valueFrom(await authorize(ports)(actor, input));
      valueFrom(await money.wallets.authorize(actor, input));
    }
    const { payments } = await audited(database.postgres(), actor.organizationId);
    expect(payments.size).toBe(6);
  });

  test("a decline is written too, a refusal is not, and a key is used once", async () => {
    const keyed = { key: "again", fingerprint: "a".repeat(64) };
    const actor = anActor();
    const { wallets, cards } = await world(actor);
    const cardId = cards[0]?.id ?? "";
    const declined = { cardId, amount: 1_000_000 };
    const first = await authorize(ports)({ ...actor, idempotency: keyed }, declined);
    expect(valueFrom(first)).toMatchObject({ approved: false });
    const again = await authorize(ports)({ ...actor, idempotency: keyed }, declined);
    expect(again).toEqual({ ...first, replayed: true });
    const other = { ...keyed, fingerprint: "b".repeat(64) };
    expect(await authorize(ports)({ ...actor, idempotency: other }, declined)).toMatchObject({
      refusal: { code: "idempotency_key_reused" },
    });
    const tooMuch = {
      fromWalletId: wallets[0]?.id ?? "",
      toWalletId: wallets[1]?.id ?? "",
      amount: 1_000_000,
    };
    expect(await transfer({ ...ports, reads })(actor, tooMuch)).toMatchObject({
      refusal: { code: "insufficient_funds" },
    });
    const { payments, log } = await audited(database.postgres(), actor.organizationId);
    expect(payments.size).toBe(1);
    expect([...log.values()].flat()).not.toContain("transfer.sent");
  });

  test("another organization's card is none", async () => {
    const { cards } = await world(anActor());
    const input = { cardId: cards[0]?.id ?? "", amount: 5 };
    expect(await authorize(ports)(anActor(), input)).toMatchObject({
      refusal: { code: "not_found" },
    });
  });
});
