import type { Authorization } from "../model/authorization.ts";
import type { Card } from "../model/card.ts";
import type { Command } from "../model/command.ts";
import type { DraftEvent, TransferRecord, WalletEvent } from "../model/event.ts";
import { noUsage } from "../model/usage.ts";
import type { Wallet } from "../model/wallet.ts";
import type { StateCommand } from "../rules/decide.ts";
import type { Decision, State } from "../rules/decision.ts";
import { differences } from "./differences.ts";
import { type Finding, finding, type Place } from "./finding.ts";
import type { LogRow } from "./ports.ts";
import { type Rules, rulesOfVersion } from "./rules-of-version.ts";

/** The state that an event of the log was decided on, and the other side of its transfer. */
export interface Before {
  readonly wallet: Wallet | undefined;
  readonly card: (id: string) => Card | undefined;
  /** The payment that the event names, as the event before left it. */
  readonly payment: Authorization | undefined;
  readonly counterpart: LogRow | undefined;
}

/** The rest of a command whose first event was met. */
interface Expected {
  readonly first: LogRow;
  readonly answer: DraftEvent | undefined;
  readonly events: DraftEvent[];
}

/** Decides every stored command again and holds the log against what comes out. */
export class DecisionCheck {
  readonly #place: Place;
  #expected: Expected | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  check(row: LogRow, event: WalletEvent, before: Before): Finding[] {
    const findings: Finding[] = [];
    const wrong = (field: string, problem: string) => {
      findings.push(finding(this.#place, row.sequence, field, problem));
    };
    if (this.#expected && !sameCommand(this.#expected.first, row)) {
      const [missing] = this.#expected.events;
      wrong(
        "wallet_events.command",
        `is another, where ${missing?.type} of the one before belongs`,
      );
      this.#expected = undefined;
    }
    this.#expected ??= this.#begin(row, event, before, wrong);
    const { answer, events } = this.#expected;
    const draft = events.shift();
    if (draft) {
      compare(draft, row, event, wrong);
      checkKey(row, draft === answer, wrong);
    }
    findings.push(...this.#checkTransfer(row, event, before.counterpart));
    if (events.length === 0) this.#expected = undefined;
    return findings;
  }

  /** A command's events are committed together, so none can be missing at the end. */
  end(sequence: number): Finding[] {
    const [missing] = this.#expected?.events ?? [];
    if (!missing) return [];
    const problem = `ends before ${missing.type} of the last command`;
    return [finding(this.#place, sequence, "wallet_events.command", problem)];
  }

  #begin(row: LogRow, event: WalletEvent, before: Before, wrong: Report): Expected {
    const nothing = { first: row, answer: undefined, events: [] };
    const rules = rulesOfVersion(row.rulesVersion);
    if (!rules) {
      wrong("wallet_events.rules_version", "is of no rules that are known");
      return nothing;
    }
    const decision = this.#decide(rules, row, event, before, wrong);
    if (!decision) return nothing;
    if (!decision.ok) {
      const { code } = decision.refusal;
      wrong("wallet_events.command", `is refused by the rules: ${code}`);
      return nothing;
    }
    const walletId = this.#place.walletId;
    const events = decision.events.filter((draft) => draft.walletId === walletId);
    if (events.length === 0) wrong("wallet_events.command", "does nothing to this wallet");
    // The sender's log answers for both sides of a transfer.
    const answer = event.type === "transfer.received" ? undefined : decision.answer;
    return { first: row, answer, events };
  }

  #decide(
    rules: Rules,
    row: LogRow,
    event: WalletEvent,
    before: Before,
    wrong: Report,
  ): Decision | undefined {
    const { command } = event;
    if (command.kind === "open_wallet") {
      if (!before.wallet) return rules.open(command, row.at);
      wrong("wallet_events.command", "opens a wallet that is open");
      return undefined;
    }
    const { wallet } = before;
    if (!wallet) {
      wrong("wallet_events.command", "does not open the wallet, and is its first");
      return undefined;
    }
    if (receiverOf(command) === wallet.id && event.type === "transfer.received") {
      const sent = before.counterpart ? transferOf(before.counterpart) : event.data.transfer;
      return rules.receive(wallet, sent ?? event.data.transfer);
    }
    const state = stateFor(command, wallet, before);
    if (typeof state === "string") {
      wrong("wallet_events.command", `names a ${state} that this wallet does not have`);
      return undefined;
    }
    return rules.decide(state, command, row.at);
  }

  /** What one wallet sends the other receives, by the same command, at the same time. */
  #checkTransfer(row: LogRow, event: WalletEvent, counterpart: LogRow | undefined): Finding[] {
    if (event.type !== "transfer.sent" && event.type !== "transfer.received") return [];
    const { transfer } = event.data;
    const sent = event.type === "transfer.sent";
    const other = sent ? transfer.toWalletId : transfer.fromWalletId;
    const wrong = (problem: string) => [finding(this.#place, row.sequence, "clearing", problem)];
    if (!counterpart) {
      return wrong(`wallet ${other} did not ${sent ? "receive" : "send"} transfer ${transfer.id}`);
    }
    const theirs = transferOf(counterpart);
    const same =
      theirs !== undefined &&
      differences(transfer, theirs).length === 0 &&
      sameCommand(row, counterpart);
    const where = `event ${counterpart.sequence} of wallet ${other}`;
    return same ? [] : wrong(`is not what ${where} says of the transfer`);
  }
}

type Report = (field: string, problem: string) => void;

const compare = (draft: DraftEvent, row: LogRow, event: WalletEvent, wrong: Report): void => {
  if (draft.type !== event.type) {
    wrong("wallet_events.type", `is ${event.type}, the rules decide ${draft.type}`);
    return;
  }
  if (JSON.stringify(draft.data) === row.dataText) return;
  for (const { path, problem } of differences(plain(draft.data), event.data)) {
    wrong(`wallet_events.data${path}`, `${problem} by the rules`);
  }
};

/** As it is once it was text: without members that are undefined. */
const plain = (data: object): unknown => JSON.parse(JSON.stringify(data));

const checkKey = (row: LogRow, answers: boolean, wrong: Report): void => {
  if (answers && row.commandKey === null && row.type !== "wallet.created") {
    wrong("wallet_events.command_key", "is absent from the event that answers its command");
  }
  if (!answers && row.commandKey !== null) {
    wrong("wallet_events.command_key", "is on an event that does not answer its command");
  }
};

/** Of one command in one request, at one time: what a commit writes of it. */
const sameCommand = (one: LogRow, other: LogRow): boolean =>
  one.commandText === other.commandText &&
  one.requestId === other.requestId &&
  one.at === other.at &&
  one.rulesVersion === other.rulesVersion &&
  one.organizationId === other.organizationId;

const receiverOf = (command: Command): string | null =>
  command.kind === "transfer" || command.kind === "close_wallet" ? command.toWalletId : null;

export const transferOf = (row: LogRow): TransferRecord | undefined => {
  try {
    return (JSON.parse(row.dataText) as { transfer?: TransferRecord }).transfer;
  } catch {
    return undefined;
  }
};

/** The state that the command reads, or what of it is not there. */
const stateFor = (
  command: StateCommand,
  wallet: Wallet,
  { card, payment }: Before,
): State | "wallet" | "card" | "payment" => {
  if ("walletId" in command) {
    if (command.walletId !== wallet.id) return "wallet";
    const receiver = receiverOf(command);
    return receiver === null ? { wallet } : { wallet, counterparty: someWallet(receiver, wallet) };
  }
  if (!("authorizationId" in command)) {
    const named = card(command.cardId);
    return named ? { wallet, card: named } : "card";
  }
  if (payment?.id !== command.authorizationId) return "payment";
  const used = card(payment.cardId);
  return used ? { wallet, card: used, authorization: payment } : "card";
};

/** A receiver that takes everything: what it really did with it, its own log is asked. */
const someWallet = (id: string, like: Wallet): Wallet => ({
  ...like,
  id,
  status: "active",
  available: 0n,
  held: 0n,
  receivable: 0n,
  usage: noUsage,
  lowBalanceThreshold: null,
  deletedAt: null,
});
