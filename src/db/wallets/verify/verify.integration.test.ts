import { expect, test } from "vitest";
import { everyEventType } from "../../../../test/support/event-types.ts";
import { at, tamperedLedger } from "../../../../test/support/tampered-ledger.ts";
import { verified } from "../../../../test/support/tampering.ts";

const ledger = await tamperedLedger();
const { database, activity, version, payment, targets, one, sequenceOf, eventOf, copied } = ledger;
const { tampered } = ledger;
const { main, other, closed, open, cards } = activity;
const [card = ""] = cards;

test("all that can happen to a wallet happened, and verifies", async () => {
  const { summary, findings } = await verified(database);
  expect(findings).toEqual([]);
  const types = await database.run({
    name: "test.types",
    text: "select type, count(*)::int as events from wallets.wallet_events group by 1",
    params: [],
  });
  expect(summary.events).toBe(types.reduce((sum, { events }) => sum + Number(events), 0));
  expect(types.map(({ type }) => type).sort()).toEqual([...everyEventType].sort());
});

test("one wallet, one organization, and from a wallet on", async () => {
  const total = await verified(database);
  expect((await verified(database, { walletId: main })).summary).toEqual({
    wallets: 1,
    events: version,
    findings: 0,
  });
  const { organizationId } = activity.actor;
  expect((await verified(database, { organizationId })).summary).toEqual(total.summary);
  const stranger = await verified(database, { organizationId: main });
  expect(stranger.summary.wallets).toBe(0);
  const { n } = await one(`select count(*)::int as n from wallets.wallets where id >= '${other}'`);
  expect((await verified(database, { from: other })).summary.wallets).toBe(n);
});

const last = `wallet_id = '${main}' and sequence = ${version}`;
const replaced = await sequenceOf("card.replaced");
const deposited = await sequenceOf("deposit.booked");
const sent = await sequenceOf("transfer.sent");
const received = await sequenceOf("transfer.received", other);
const captured = await sequenceOf("authorization.captured");
const declined = await sequenceOf("authorization.declined");

type Place = readonly [walletId: string, sequence: number | null, field: string];

const structural: readonly (readonly [name: string, tampering: string, ...places: Place[]])[] = [
  [
    "an event that is gone",
    `delete from wallets.wallet_events where ${eventOf(deposited)}`,
    [main, deposited, "wallet_events.sequence"],
  ],
  [
    "the last event that is gone",
    `delete from wallets.wallet_events where ${last}`,
    [main, version, "wallet_events.sequence"],
    [main, version - 1, "wallets.head_hash"],
  ],
  [
    "an event too many",
    copied("wallet_events", { sequence: String(version + 1) }, last),
    [main, version + 1, "wallet_events.sequence"],
  ],
  [
    "two events in each other's place",
    `update wallets.wallet_events set sequence = 2 * ${deposited} + 1 - sequence + 100000 where wallet_id = '${main}' and sequence in (${deposited}, ${deposited + 1});
update wallets.wallet_events set sequence = sequence - 100000 where wallet_id = '${main}' and sequence > 100000`,
    [main, deposited, "wallet_events.hash"],
    [main, deposited + 1, "wallet_events.hash"],
  ],
  [
    "texts of two events that were swapped",
    `update wallets.wallet_events e set data = o.data from wallets.wallet_events o
where o.wallet_id = '${main}' and e.wallet_id = '${main}' and o.sequence = 2 * ${deposited} + 1 - e.sequence
  and e.sequence in (${deposited}, ${deposited + 1})`,
    [main, deposited, "wallet_events.hash"],
  ],
  [
    "an event that is no JSON",
    `update wallets.wallet_events set data = 'x' || data where ${eventOf(deposited)}`,
    [main, deposited, "wallet_events.data"],
  ],
  [
    "an amount that was changed in the log, the journal, the operation and the balance, but not in the hash",
    `update wallets.wallet_events set data = replace(data, '"amount":100000', '"amount":100001'), command = replace(command, '"amount":100000', '"amount":100001') where ${eventOf(deposited)};
update wallets.postings set amount = amount + 1 where ${eventOf(deposited)};
update wallets.operations set record = jsonb_set(record, '{amount}', '100001') where ${eventOf(deposited)};
update wallets.wallets set available = available + 1 where id = '${main}'`,
    [main, deposited, "wallet_events.hash"],
    [main, deposited, "wallet_events.data.deposit.available"],
  ],
  [
    "events of one commit in another order for the feed",
    `update wallets.wallet_events set position = position + 100 where ${eventOf(replaced - 1)}`,
    [main, replaced, "wallet_events.position"],
  ],
  [
    "a log in which payments go on from the wrong event",
    `update wallets.wallet_events set data = replace(data, '"previous":', '"previous":1') where ${eventOf(captured)}`,
    [main, captured, "wallet_events.data.previous"],
  ],
  [
    "a transfer of which the receiver's log has another amount",
    `update wallets.wallet_events set data = replace(data, '"amount":2000', '"amount":2001') where ${eventOf(received, other)}`,
    [main, sent, "clearing"],
    [other, received, "wallet_events.hash"],
  ],
  [
    "a transfer that the receiver's log and journal do not have",
    `delete from wallets.wallet_events where ${eventOf(received, other)};
delete from wallets.postings where ${eventOf(received, other)}`,
    [main, sent, "clearing"],
    [other, received, "wallet_events.sequence"],
  ],
  [
    "a payment without its row",
    `delete from wallets.authorizations where wallet_id = '${main}' and decision_sequence = ${declined}`,
    [main, declined, "authorizations"],
  ],
  [
    "a payment's row that is there twice",
    copied("authorizations", { id: "gen_random_uuid()" }, `id = '${open}'`),
    [main, Number(payment["sequence"]), "authorizations.sequence"],
  ],
  [
    "a payment's row as it was before its last event",
    `update wallets.authorizations set status = 'open', held = 3000, amount = 3000, captured = 0, reversed = 0,
consumed = jsonb_build_array((select data::jsonb -> 'consumed' from wallets.wallet_events where ${eventOf(Number(payment["decision_sequence"]))})),
sequence = decision_sequence,
updated_at = (select recorded_at from wallets.wallet_events where ${eventOf(Number(payment["decision_sequence"]))})
where id = '${open}'`,
    [main, Number(payment["sequence"]), "authorizations.sequence"],
  ],
  [
    "an operation that is gone",
    `delete from wallets.operations where ${eventOf(captured)}`,
    [main, captured, "operations"],
  ],
  [
    "an operation too many",
    copied("operations", { id: "gen_random_uuid()" }, eventOf(captured)),
    [main, captured, "operations"],
  ],
  [
    "a posting that is gone",
    `delete from wallets.postings where ${eventOf(captured)} and ordinal = 0`,
    [main, captured, "postings"],
  ],
  [
    "a posting that is there twice",
    copied("postings", { ordinal: "9" }, `${eventOf(captured)} and ordinal = 0`),
    [main, captured, "postings"],
  ],
  [
    "a posting of an event that books nothing",
    copied("postings", { sequence: String(declined) }, `${eventOf(captured)} and ordinal = 0`),
    [main, declined, "postings"],
  ],
  [
    "a posting behind the log",
    copied("postings", { sequence: String(version + 5) }, `${eventOf(captured)} and ordinal = 0`),
    [main, version + 5, "postings.sequence"],
  ],
  [
    "a card that is gone",
    `delete from wallets.cards where id = '${card}'`,
    [main, version, "cards"],
  ],
  [
    "a card too many",
    copied(
      "cards",
      { id: "gen_random_uuid()", number_fingerprint: "sha256(number_fingerprint)" },
      `id = '${card}'`,
    ),
    [main, version, "cards"],
  ],
  [
    "a deleted card that is back",
    `update wallets.cards set deleted_at = null, number_fingerprint = sha256(number_fingerprint) where id = '${cards.at(-1)}'`,
    [main, version, "cards.deleted_at"],
  ],
  [
    "spent money that was forgotten",
    `update wallets.wallets set usage = jsonb_set(usage, '{month,1}', '"0"') where id = '${main}'`,
    [main, version, "wallets.usage.month"],
  ],
  [
    "a hold that was released by hand",
    `update wallets.authorizations set held = 0, status = 'reversed' where id = '${open}';
update wallets.wallets set held = held - 1500, available = available + 1500 where id = '${main}'`,
    [main, Number(payment["sequence"]), "authorizations.held"],
    [main, version, "wallets.held"],
    [main, version, "wallets.available"],
  ],
];

test.each(structural.map(([name, tampering, ...places]) => ({ name, tampering, places })))(
  "$name is found",
  async ({ tampering, places }) => {
    const findings = await tampered(tampering);
    for (const place of places) expect(findings).toContainEqual(at(...place));
    // Nothing is said of wallets that have nothing to do with it.
    const concerned: (string | null)[] = [main, other, null];
    for (const { walletId } of findings) expect(concerned).toContain(walletId);
  },
);

test.each(["wallet_events", "postings", "authorizations", "operations"])(
  "rows of %s without a wallet are found",
  async (table) => {
    const { where = "", sequence = 0 } = targets[table] ?? {};
    const stray = "01900000-0000-7000-8000-00000000beef";
    const id = "gen_random_uuid()";
    const findings = await tampered(copied(table, { wallet_id: `'${stray}'`, id }, where));
    expect(findings).toContainEqual(at(stray, sequence, table));
  },
);

test("a wallet that is gone leaves its log behind, and its transfers without another side", async () => {
  const findings = await tampered(`delete from wallets.wallets where id = '${closed}'`);
  for (const table of ["wallet_events", "postings", "cards", "operations"]) {
    expect(findings.map(({ walletId, field }) => [walletId, field])).toContainEqual([
      closed,
      table,
    ]);
  }
});

test("money out of nowhere unbalances its organization's books", async () => {
  const findings = await tampered(
    `update wallets.wallets set available = available + 1 where id = '${main}'`,
  );
  expect(findings).toContainEqual(at(null, null, "trial_balance"));
});
