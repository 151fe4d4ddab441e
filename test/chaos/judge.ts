import { isDeepStrictEqual } from "node:util";
import { type EventData, kindOf } from "./commands.ts";
import { type Answer, fateOf, type Told } from "./testimony.ts";

/** An event as it is in the log. */
export interface LoggedEvent {
  readonly walletId: string;
  readonly sequence: number;
  readonly type: string;
  /** The client's own part of the command key; `null` where there is no client's key. */
  readonly key: string | null;
  readonly data: EventData;
}

export interface Balance {
  readonly available: number;
  readonly held: number;
}

/** What is in the database when all is over. */
export interface Books {
  readonly events: readonly LoggedEvent[];
  readonly balances: ReadonlyMap<string, Balance>;
}

export interface Judgement {
  readonly breaches: readonly string[];
  /** Commands that took effect without anybody ever having been told. */
  readonly unheard: number;
}

/**
 * Holds what clients were told against what is in the log: everything acknowledged is there
 * exactly once, as it was answered; what was refused is not there; what nobody knows at most
 * once, as it was asked; nothing is there that nobody asked for; and the balances are what
 * all of it adds up to. Answers with what is wrong.
 */
export const judge = (told: readonly Told[], { events, balances }: Books): Judgement => {
  const breaches: string[] = [];
  let unheard = 0;
  const byKey = Map.groupBy(events, ({ key }) => key ?? "");
  const asked = new Set<string>();
  for (const one of told) {
    const { key } = one.command;
    if (asked.has(key)) breaches.push(`the key ${key} was given to two commands`);
    asked.add(key);
    if (fateOf(one) === "unknown" && byKey.has(key)) unheard += 1;
    breaches.push(
      ...judgeCommand(one, byKey.get(key) ?? []).map((breach) => `${nameOf(one)} ${breach}`),
    );
  }
  breaches.push(...unasked(events, asked), ...halfTransfers(events));
  breaches.push(...misbooked(events, balances));
  return { breaches, unheard };
};

const nameOf = ({ command }: Told): string => `${command.kind} ${command.key}`;

const judgeCommand = (told: Told, events: readonly LoggedEvent[]): string[] => {
  const { command } = told;
  const fate = fateOf(told);
  const [event, ...more] = events;
  if (more.length > 0) return [`took effect ${events.length} times`];
  if (fate === "refused") return event ? ["was refused, and took effect"] : [];
  if (!event) return fate === "acknowledged" ? ["was acknowledged, and is not there"] : [];
  const kind = kindOf(command);
  const elsewhere = command.walletId !== null && event.walletId !== command.walletId;
  return [
    ...(elsewhere ? [`is in the log of wallet ${event.walletId}`] : []),
    ...(kind.types.includes(event.type) ? [] : [`became ${event.type}`]),
    ...(kind.asAsked(event.data, command) ? [] : ["is not what was asked for"]),
    ...judgeAnswers(told.answers, kind.answer(event.data)),
  ];
};

const judgeAnswers = (answers: readonly Answer[], logged: unknown): string[] => {
  const acknowledged = answers.filter((answer) => answer.kind === "acknowledged");
  const original = JSON.parse(JSON.stringify(logged)) as unknown;
  const other = acknowledged.find(({ data }) => !isDeepStrictEqual(data, original));
  const first = acknowledged.filter(({ replayed }) => !replayed);
  return [
    ...(other ? [`was answered with other than what is there: ${JSON.stringify(other.data)}`] : []),
    ...(first.length > 1 ? [`was answered ${first.length} times as if for the first time`] : []),
  ];
};

/** Only a transfer's arrival is an event that has no key of its own. */
const unasked = (events: readonly LoggedEvent[], asked: ReadonlySet<string>): string[] =>
  events
    .filter(({ key, type }) => (key === null ? type !== "transfer.received" : !asked.has(key)))
    .map(
      ({ walletId, sequence, type }) => `${type} at ${walletId}/${sequence} was never asked for`,
    );

const halfTransfers = (events: readonly LoggedEvent[]): string[] => {
  const legs = events.filter(({ type }) => type.startsWith("transfer."));
  return [...Map.groupBy(legs, ({ data }) => String(data.transfer?.id))]
    .filter(([, both]) => {
      const types = both.map(({ type }) => type).sort();
      const [one, two] = both;
      const whole = isDeepStrictEqual(types, ["transfer.received", "transfer.sent"]);
      return !whole || !isDeepStrictEqual(one?.data.transfer, two?.data.transfer);
    })
    .map(([id, both]) => `transfer ${id} has ${both.length} events`);
};

/** Books every event by plain arithmetic, in the order of each log, and compares the balances. */
const misbooked = (
  events: readonly LoggedEvent[],
  balances: ReadonlyMap<string, Balance>,
): string[] => {
  const booked = new Map<string, Balance>();
  const holds = new Map<string, number>();
  const inOrder = [...events].sort((one, two) => one.sequence - two.sequence);
  for (const event of inOrder) {
    const { available, held } = booked.get(event.walletId) ?? { available: 0, held: 0 };
    const [more, kept] = effectOf(event, holds);
    booked.set(event.walletId, { available: available + more, held: held + kept });
  }
  const wallets = new Set([...booked.keys(), ...balances.keys()]);
  return [...wallets]
    .filter((id) => !isDeepStrictEqual(booked.get(id), balances.get(id)))
    .map((id) => {
      const [is, should] = [balances.get(id), booked.get(id)].map((at) => JSON.stringify(at));
      return `wallet ${id} has ${is}, and its events come to ${should}`;
    });
};

/** By how much an event changes what is available and what is held. */
const effectOf = (
  { type, walletId, data }: LoggedEvent,
  holds: Map<string, number>,
): readonly [number, number] => {
  const { deposit, withdrawal, transfer, authorization, capture, reversal } = data;
  if (deposit) return [deposit.amount, 0];
  if (withdrawal) return [-withdrawal.amount, 0];
  if (transfer) return [walletId === transfer.toWalletId ? transfer.amount : -transfer.amount, 0];
  if (!authorization) return [0, 0];
  const { id } = authorization;
  const held = holds.get(id) ?? 0;
  if (capture) {
    const left = capture.final ? 0 : held - capture.amount;
    holds.set(id, left);
    return [held - capture.amount - left, left - held];
  }
  if (reversal) {
    holds.set(id, held - reversal.amount);
    return [reversal.amount, -reversal.amount];
  }
  if (type !== "authorization.approved") return [0, 0];
  holds.set(id, authorization.amount);
  return [-authorization.amount, authorization.amount];
};
