import { expect, test } from "vitest";
import {
  one,
  type TamperedLedger,
  tamperedMemory,
  without,
} from "../../../../test/support/tampered-memory.ts";
import { sha256Hex } from "../../../runtime/sha256.ts";
import type { EventType } from "../model/event.ts";

/** An id of nothing. */
const stranger = "01900000-0000-7000-8000-00000000beef";

/**
 * Where a finding is: in which wallet, or in no single one; at which event (the first of its
 * type, `end` for the last one, and so many behind it), and in which field.
 */
type Place = readonly [
  wallet: "main" | "other" | "all",
  event: EventType | "end" | null,
  field: string,
  behind?: number,
];

type Tampering = readonly [
  name: string,
  tamper: (ledger: TamperedLedger) => void,
  ...places: Place[],
];

const tamperings: readonly Tampering[] = [
  [
    "an event that is gone",
    (ledger) => without(ledger.rows.events, ledger.event("deposit.booked")),
    ["main", "deposit.booked", "wallet_events.sequence"],
  ],
  [
    "the last event that is gone",
    (ledger) => without(ledger.rows.events, ledger.last),
    ["main", "end", "wallet_events.sequence"],
    ["main", "authorization.expired", "wallet_events.command", 4],
    ["main", "authorization.expired", "wallets.version", 4],
    ["main", "authorization.expired", "wallets.head_hash", 4],
  ],
  [
    "a log that is gone",
    (ledger) => {
      for (const event of ledger.log()) without(ledger.rows.events, event);
    },
    ["main", "wallet.created", "wallet_events.sequence"],
    ["other", "transfer.received", "clearing"],
    ["other", "transfer.sent", "clearing"],
    ["other", "transfer.sent", "clearing", 1],
    ["other", "transfer.sent", "clearing", 2],
    ["other", "transfer.sent", "clearing", 3],
  ],
  [
    "an event behind the wallet's version",
    (ledger) => ledger.rows.events.push({ ...ledger.last, sequence: ledger.last.sequence + 1 }),
    ["main", "end", "wallet_events.sequence", 1],
  ],
  [
    "an event that is there twice",
    (ledger) => ledger.rows.events.push({ ...ledger.event("deposit.booked") }),
    ["main", "wallet.updated", "wallet_events.sequence"],
  ],
  [
    "an event of another organization",
    (ledger) => {
      ledger.event("deposit.booked").organizationId = stranger;
    },
    ["main", "deposit.booked", "wallet_events.organization_id"],
    ["main", "deposit.booked", "wallet_events.hash"],
    ["main", "deposit.booked", "postings.organization_id"],
    ["main", "deposit.booked", "operations.organization_id"],
    ["main", "wallet.updated", "wallet_events.organization_id"],
    ["main", "deposit.booked", "wallet_events"],
  ],
  [
    "two events in each other's place",
    (ledger) => {
      const [one, other] = [ledger.event("deposit.booked"), ledger.event("wallet.updated")];
      [one.sequence, other.sequence] = [other.sequence, one.sequence];
    },
    ["main", "deposit.booked", "wallet_events.hash"],
    ["main", "deposit.booked", "wallet_events.data.wallet.available"],
    ["main", "deposit.booked", "postings"],
    ["main", "wallet.updated", "wallet_events.recorded_at"],
    ["main", "wallet.updated", "wallet_events.hash"],
    ["main", "wallet.updated", "postings"],
    ["main", "wallet.updated", "operations.sequence"],
    ["main", "withdrawal.booked", "wallet_events.hash"],
  ],
  [
    "an event dated before the one before it",
    (ledger) => {
      ledger.event("card.frozen").at -= 86_400_000;
      ledger.reseal();
    },
    ["main", "card.frozen", "wallet_events.recorded_at"],
    ["main", "card.frozen", "wallet_events.data.card.updatedAt"],
  ],
  [
    "an event without a time",
    (ledger) => {
      ledger.event("card.frozen").at = Number.NaN;
    },
    ["main", "card.frozen", "wallet_events.recorded_at"],
    ["main", "card.frozen", "wallet_events.data"],
  ],
  [
    "an event that is no JSON",
    (ledger) => {
      ledger.event("deposit.booked").dataText += "}";
    },
    ["main", "deposit.booked", "wallet_events.hash"],
    ["main", "deposit.booked", "wallet_events.data"],
  ],
  [
    "events of one commit in another order for the feed",
    (ledger) => {
      const [one, other] = [ledger.event("card.replaced"), ledger.before("card.replaced")];
      [one.position, other.position] = [other.position, one.position];
    },
    ["main", "card.replaced", "wallet_events.position"],
  ],
  [
    "events of one commit in the same place of the feed",
    (ledger) => {
      ledger.event("card.replaced").position = ledger.before("card.replaced").position;
    },
    ["main", "card.replaced", "wallet_events.position"],
  ],
  [
    "a hash that was changed, with those behind it chained to it",
    (ledger) => {
      const event = ledger.event("card.frozen");
      ledger.rechain(event, sha256Hex("other"));
    },
    ["main", "card.frozen", "wallet_events.hash"],
  ],
  [
    "a deposit that was rewritten, and the chain with it",
    (ledger) => {
      ledger.rewrite(ledger.event("deposit.booked"), (command, data) => {
        command.amount += 1;
        data.deposit.amount += 1;
      });
    },
    ["main", "deposit.booked", "wallet_events.data.deposit.available"],
    ["main", "deposit.booked", "wallet_events.data.postings[0].amount"],
    ["main", "deposit.booked", "wallet_events.data.postings[0].available"],
    ["main", "deposit.booked", "operations.record.amount"],
  ],
  [
    "a command that was rewritten, and the chain with it",
    (ledger) => {
      ledger.rewrite(ledger.event("deposit.booked"), (command) => {
        command.amount += 1;
      });
    },
    ["main", "deposit.booked", "wallet_events.data.deposit.amount"],
    ["main", "deposit.booked", "wallet_events.data.deposit.available"],
    ["main", "deposit.booked", "wallet_events.data.postings[0].amount"],
    ["main", "deposit.booked", "wallet_events.data.postings[0].available"],
  ],
  [
    "a balance that was rewritten in the journal, and the chain with it",
    (ledger) => {
      ledger.rewrite(ledger.event("deposit.booked"), (_, data) => {
        data.postings[0].available += 1;
      });
    },
    ["main", "deposit.booked", "wallet_events.data.postings[0].available"],
    ["main", "deposit.booked", "wallet_events.data.postings[0].available"],
    ["main", "deposit.booked", "postings.available_after"],
  ],
  [
    "a withdrawal rewritten to more than there was",
    (ledger) => {
      ledger.rewrite(ledger.event("withdrawal.booked"), (_, data) => {
        data.postings[0].amount = 10_000_000;
      });
    },
    ["main", "withdrawal.booked", "wallet_events.data.postings[0].amount"],
    ["main", "withdrawal.booked", "wallet_events.data.postings"],
    ["main", "withdrawal.booked", "wallet_events.data.postings[0].available"],
    ["main", "withdrawal.booked", "postings.amount"],
    ["main", "withdrawal.booked", "wallet_events.data", 1],
  ],
  [
    "an event by rules that nobody knows",
    (ledger) => {
      ledger.event("card.frozen").rulesVersion = 9;
      ledger.reseal();
    },
    ["main", "card.frozen", "wallet_events.rules_version"],
  ],
  [
    "a wallet that is opened twice",
    (ledger) => {
      ledger.rewrite(ledger.event("card.frozen"), (command) => {
        command.kind = "open_wallet";
      });
    },
    ["main", "card.frozen", "wallet_events.command"],
  ],
  [
    "a first command that does not open the wallet",
    (ledger) => {
      ledger.rewrite(ledger.event("wallet.created"), (command) => {
        command.kind = "freeze_wallet";
      });
    },
    ["main", "wallet.created", "wallet_events.command"],
  ],
  [
    "a first event that does not open the wallet",
    (ledger) => {
      ledger.event("wallet.created").type = "wallet.updated";
      ledger.reseal();
    },
    ["main", "wallet.created", "wallet_events.type"],
    ["main", "wallet.created", "wallet_events.command_key"],
    ["main", "wallet.created", "wallet_events.data"],
  ],
  [
    "a command that the rules refuse",
    (ledger) => {
      ledger.rewrite(ledger.event("withdrawal.booked"), (command) => {
        command.amount = 10_000_000;
      });
    },
    ["main", "withdrawal.booked", "wallet_events.command"],
  ],
  [
    "a command for another wallet",
    (ledger) => {
      ledger.rewrite(ledger.event("deposit.booked"), (command) => {
        command.walletId = ledger.activity.other;
      });
    },
    ["main", "deposit.booked", "wallet_events.command"],
  ],
  [
    "a command for a card that is not the wallet's",
    (ledger) => {
      ledger.rewrite(ledger.event("card.frozen"), (command) => {
        command.cardId = stranger;
      });
    },
    ["main", "card.frozen", "wallet_events.command"],
  ],
  [
    "a command for a payment that is not the wallet's",
    (ledger) => {
      ledger.rewrite(ledger.event("authorization.captured"), (command) => {
        command.authorizationId = stranger;
      });
    },
    ["main", "authorization.captured", "wallet_events.command"],
  ],
  [
    "a command that does something else",
    (ledger) => {
      ledger.rewrite(ledger.event("card.unfrozen"), (command) => {
        command.kind = "terminate_card";
      });
    },
    ["main", "card.unfrozen", "wallet_events.type"],
  ],
  [
    "an answer without its command's key",
    (ledger) => {
      ledger.event("card.frozen").commandKey = null;
      ledger.reseal();
    },
    ["main", "card.frozen", "wallet_events.command_key"],
  ],
  [
    "a key on an event that answers nothing",
    (ledger) => {
      ledger.event("card.replaced").commandKey = "key";
      ledger.reseal();
    },
    ["main", "card.replaced", "wallet_events.command_key"],
  ],
  [
    "a log that ends within a command",
    (ledger) => {
      without(ledger.rows.events, ledger.last);
      ledger.wallet()["version"] = String(ledger.last.sequence);
      ledger.reseal();
    },
    ["main", "authorization.expired", "wallet_events.command", 4],
  ],
  [
    "a command whose second event is of another request",
    (ledger) => {
      ledger.event("card.replaced").requestId = "other";
      ledger.reseal();
    },
    ["main", "card.replaced", "wallet_events.command"],
    ["main", "card.replaced", "wallet_events.type"],
    ["main", "card.replaced", "wallet_events.command_key"],
    ["main", "card.replaced", "wallet_events.command", 1],
  ],
  [
    "a payment that goes on from the wrong event",
    (ledger) => {
      ledger.rewrite(ledger.event("authorization.captured"), (_, data) => {
        data.previous -= 1;
      });
    },
    ["main", "authorization.captured", "wallet_events.data.previous"],
    ["main", "authorization.captured", "wallet_events.data.previous"],
  ],
  [
    "a payment that goes on from nowhere",
    (ledger) => {
      ledger.rewrite(ledger.event("authorization.captured"), (_, data) => {
        delete data.previous;
      });
    },
    ["main", "authorization.captured", "wallet_events.data.previous"],
    ["main", "authorization.reversed", "authorizations.sequence"],
  ],
  [
    "a payment that goes on from what is behind it",
    (ledger) => {
      ledger.rewrite(ledger.event("authorization.captured"), (_, data) => {
        data.previous += 5;
      });
    },
    ["main", "authorization.captured", "wallet_events.data.previous"],
    ["main", "authorization.reversed", "authorizations.sequence"],
  ],
  [
    "a transfer that the receiver's log has with another amount",
    (ledger) => {
      ledger.rewrite(ledger.event("transfer.received", ledger.activity.other), (_, data) => {
        data.transfer.amount += 1;
      });
    },
    ["main", "transfer.sent", "clearing"],
    ["other", "transfer.received", "wallet_events.data.transfer.amount"],
    ["other", "transfer.received", "clearing"],
  ],
  [
    "a transfer by two commands",
    (ledger) => {
      ledger.rewrite(ledger.event("transfer.received", ledger.activity.other), (command) => {
        command.metadata = {};
      });
    },
    ["main", "transfer.sent", "clearing"],
    ["other", "transfer.received", "clearing"],
  ],
  [
    "a transfer by two requests",
    (ledger) => {
      ledger.event("transfer.received", ledger.activity.other).requestId = "other";
      ledger.reseal(ledger.activity.other);
    },
    ["main", "transfer.sent", "clearing"],
    ["other", "transfer.received", "clearing"],
  ],
  [
    "a transfer under two versions of the rules",
    (ledger) => {
      ledger.event("transfer.received", ledger.activity.other).rulesVersion = 2;
      ledger.reseal(ledger.activity.other);
    },
    ["main", "transfer.sent", "clearing"],
    ["other", "transfer.received", "wallet_events.rules_version"],
    ["other", "transfer.received", "clearing"],
  ],
  [
    "a transfer that the receiver's log does not have",
    (ledger) =>
      without(ledger.rows.events, ledger.event("transfer.received", ledger.activity.other)),
    ["main", "transfer.sent", "clearing"],
    ["other", "transfer.received", "wallet_events.sequence"],
  ],
  [
    "a transfer whose other side is no JSON",
    (ledger) => {
      ledger.event("transfer.received", ledger.activity.other).dataText = "x";
    },
    ["main", "transfer.sent", "clearing"],
    ["other", "transfer.received", "wallet_events.hash"],
    ["other", "transfer.received", "wallet_events.data"],
  ],
  [
    "a payment without its row",
    (ledger) => without(ledger.rows.authorizations, ledger.payment),
    ["main", "authorization.reversed", "authorizations"],
  ],
  [
    "a payment's row that is there twice",
    (ledger) => ledger.rows.authorizations.push({ ...ledger.payment, id: stranger }),
    ["main", "authorization.reversed", "authorizations.sequence"],
  ],
  [
    "a payment's row as its last event but one left it",
    (ledger) => {
      ledger.payment["sequence"] = String(Number(ledger.payment["sequence"]) - 1);
    },
    ["main", "authorization.captured", "authorizations.held"],
    ["main", "authorization.captured", "authorizations.reversed"],
    ["main", "authorization.captured", "authorizations.consumed[0].amount"],
    ["main", "authorization.captured", "authorizations.consumed[1]"],
    ["main", "authorization.captured", "authorizations.updated_at"],
    ["main", "authorization.reversed", "authorizations.sequence"],
  ],
  [
    "a payment's row that names an event of something else",
    (ledger) => {
      ledger.payment["sequence"] = "1";
    },
    ["main", "wallet.created", "authorizations.sequence"],
  ],
  [
    "an operation that is gone",
    (ledger) =>
      without(ledger.rows.operations, ledger.of("authorization.captured", ledger.rows.operations)),
    ["main", "authorization.captured", "operations"],
    ["main", "end", "operations"],
  ],
  [
    "an operation too many",
    (ledger) =>
      ledger.rows.operations.push({
        ...ledger.of("authorization.captured", ledger.rows.operations),
        id: stranger,
      }),
    ["main", "authorization.captured", "operations"],
  ],
  [
    "a posting that is gone",
    (ledger) =>
      without(ledger.rows.postings, ledger.of("authorization.captured", ledger.rows.postings)),
    ["main", "authorization.captured", "postings"],
    ["all", null, "trial_balance"],
  ],
  [
    "a posting that is there twice",
    (ledger) =>
      ledger.rows.postings.push({
        ...ledger.of("authorization.captured", ledger.rows.postings),
        ordinal: 9,
      }),
    ["main", "authorization.captured", "postings"],
    ["all", null, "trial_balance"],
  ],
  [
    "a posting of an event that books nothing",
    (ledger) =>
      ledger.rows.postings.push({
        ...ledger.of("authorization.captured", ledger.rows.postings),
        sequence: String(ledger.event("authorization.declined").sequence),
      }),
    ["main", "authorization.declined", "postings"],
    ["all", null, "trial_balance"],
  ],
  [
    "a posting behind the log",
    (ledger) =>
      ledger.rows.postings.push({
        ...ledger.of("authorization.captured", ledger.rows.postings),
        sequence: String(ledger.last.sequence + 5),
      }),
    ["main", "end", "postings.sequence", 5],
    ["all", null, "trial_balance"],
  ],
  [
    "a card that is gone",
    (ledger) =>
      without(ledger.rows.cards, one(ledger.rows.cards, { id: ledger.activity.cards[0] })),
    ["main", "end", "cards"],
  ],
  [
    "a card too many",
    (ledger) =>
      ledger.rows.cards.push({
        ...one(ledger.rows.cards, { id: ledger.activity.cards[0] }),
        id: stranger,
      }),
    ["main", "end", "cards"],
  ],
  [
    "spent money that was forgotten",
    (ledger) => {
      ledger.wallet()["usage"] = {
        ...(ledger.wallet()["usage"] as object),
        month: ["2026-11-01", "0", 16],
      };
    },
    ["main", "end", "wallets.usage.month[1]"],
  ],
  [
    "money out of nowhere",
    (ledger) => {
      ledger.wallet()["available"] = "19001";
    },
    ["main", "end", "wallets.available"],
    ["all", null, "trial_balance"],
  ],
];

test.each(tamperings.map(([name, tamper, ...places]) => ({ name, tamper, places })))(
  "$name is found, there and nowhere else",
  async ({ tamper, places }) => {
    const whole = await tamperedMemory();
    const ledger = await tamperedMemory();
    tamper(ledger);
    const { findings, summary } = await ledger.verify();
    const ids = { main: whole.activity.main, other: whole.activity.other, all: null };
    const sequenceOf = (id: string, event: EventType | "end") =>
      (event === "end" ? whole.last : whole.event(event, id)).sequence;
    const expected = places.map(([wallet, event, field, behind = 0]) => {
      const id = ids[wallet];
      const sequence = id === null || event === null ? null : sequenceOf(id, event) + behind;
      return { walletId: id, sequence, field };
    });
    expect(
      findings.map(({ walletId, sequence, field }) => ({ walletId, sequence, field })),
    ).toEqual(expected);
    expect(summary.findings).toBe(expected.length);
  },
);
