import type { Random } from "./random.ts";

/** A request that changes something, with an idempotency key of its own. */
export interface Command {
  readonly kind: CommandKind;
  readonly key: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** In whose log it is to be; `null` of a wallet that is being made. */
  readonly walletId: string | null;
}

/** The parts of an event's data that commands are compared with. */
export interface EventData {
  readonly deposit?: Made;
  readonly withdrawal?: Made;
  readonly transfer?: Made & { readonly fromWalletId: string; readonly toWalletId: string };
  readonly authorization?: Payment;
  readonly capture?: Made & { readonly final: boolean };
  readonly reversal?: Made;
  readonly card?: { readonly id: string; readonly name: string };
  readonly wallet?: { readonly id: string; readonly name: string; readonly userId: string };
}

interface Made {
  readonly id: string;
  readonly amount: number;
}

export interface Payment {
  readonly id: string;
  readonly cardId: string;
  readonly approved: boolean;
  readonly amount: number;
  readonly requestedAmount: number;
}

interface Kind {
  /** Types of the event that it may cause. */
  readonly types: readonly string[];
  /** What the API answers, as the event has it. */
  readonly answer: (data: EventData) => unknown;
  /** Whether the event is what was asked for. */
  readonly asAsked: (data: EventData, command: Command) => boolean;
}

const amountOf = ({ body }: Command): unknown => body["amount"];

/** The payment that an act's path names. */
const paymentOf = ({ path }: Command): string | undefined => path.split("/")[3];

export const kinds = {
  deposit: {
    types: ["deposit.booked"],
    answer: ({ deposit }) => deposit,
    asAsked: ({ deposit }, command) => deposit?.amount === amountOf(command),
  },
  withdrawal: {
    types: ["withdrawal.booked"],
    answer: ({ withdrawal }) => withdrawal,
    asAsked: ({ withdrawal }, command) => withdrawal?.amount === amountOf(command),
  },
  transfer: {
    types: ["transfer.sent"],
    answer: ({ transfer }) => transfer,
    asAsked: ({ transfer }, command) =>
      transfer?.amount === amountOf(command) &&
      transfer?.fromWalletId === command.body["fromWalletId"] &&
      transfer?.toWalletId === command.body["toWalletId"],
  },
  authorization: {
    types: ["authorization.approved", "authorization.declined"],
    answer: ({ authorization }) => authorization,
    asAsked: ({ authorization }, command) =>
      authorization?.requestedAmount === amountOf(command) &&
      authorization?.cardId === command.body["cardId"],
  },
  capture: {
    types: ["authorization.captured"],
    answer: ({ capture, authorization }) => ({ ...capture, authorization }),
    asAsked: ({ capture, authorization }, command) =>
      capture?.amount === amountOf(command) &&
      capture?.final === command.body["final"] &&
      authorization?.id === paymentOf(command),
  },
  reversal: {
    types: ["authorization.reversed"],
    answer: ({ reversal, authorization }) => ({ ...reversal, authorization }),
    asAsked: ({ reversal, authorization }, command) =>
      reversal?.amount === amountOf(command) && authorization?.id === paymentOf(command),
  },
  card: {
    types: ["card.created"],
    answer: ({ card }) => card,
    asAsked: ({ card }, command) => card?.name === command.body["name"],
  },
  wallet: {
    types: ["wallet.created"],
    answer: ({ wallet }) => wallet,
    asAsked: ({ wallet }, command) =>
      wallet?.name === command.body["name"] && wallet?.userId === command.body["userId"],
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type CommandKind = keyof typeof kinds;

export const kindOf = (command: Command): Kind => kinds[command.kind];

/** What the commands are about. */
export interface Scene {
  readonly userId: string;
  /** The first one is hot: every third command is about it. */
  readonly wallets: readonly { readonly id: string; readonly cardId: string }[];
}

/** A payment that a client was told of as approved, and may still capture or reverse. */
export interface OpenPayment {
  readonly id: string;
  readonly walletId: string;
  /** What is left of the hold. */
  readonly held: number;
}

export const deposit = (walletId: string, amount: number, key: string): Command => ({
  kind: "deposit",
  key,
  walletId,
  path: `/v1/wallets/${walletId}/deposits`,
  body: { amount, reference: key },
});

export const newWallet = (userId: string, key: string): Command => ({
  kind: "wallet",
  key,
  walletId: null,
  path: "/v1/wallets",
  // Without limits, so that a long run does not end in nothing but declines.
  body: { userId, name: key, limits: { day: null, month: null } },
});

export const newCard = (walletId: string, key: string): Command => ({
  kind: "card",
  key,
  walletId,
  path: "/v1/cards",
  body: { walletId, name: key, limits: { day: null, month: null } },
});

const capture = (random: Random, payment: OpenPayment, key: string): Command => {
  const final = payment.held < 3 || random.chance(0.7);
  const most = final ? payment.held : payment.held - 1;
  return {
    kind: "capture",
    key,
    walletId: payment.walletId,
    path: `/v1/authorizations/${payment.id}/captures`,
    body: { amount: random.between(1, most), final },
  };
};

const reversal = (random: Random, payment: OpenPayment, key: string): Command => ({
  kind: "reversal",
  key,
  walletId: payment.walletId,
  path: `/v1/authorizations/${payment.id}/reversals`,
  body: { amount: random.between(1, payment.held) },
});

/** The next command of a client that has these payments open. */
export const drawCommand = (
  random: Random,
  { userId, wallets }: Scene,
  open: readonly OpenPayment[],
): Command => {
  const key = `${Math.floor(random.next() * 2 ** 32).toString(36)}-${crypto.randomUUID()}`;
  const one = () =>
    random.chance(1 / 3) ? (wallets[0] ?? random.pick(wallets)) : random.pick(wallets);
  const at = one();
  const amount = random.between(1, 400);
  const draw = random.next();
  if (open.length > 0 && draw < 0.2) {
    const payment = random.pick(open);
    return draw < 0.13 ? capture(random, payment, key) : reversal(random, payment, key);
  }
  if (draw < 0.4) {
    return {
      kind: "authorization",
      key,
      walletId: at.id,
      path: "/v1/authorizations",
      body: { cardId: at.cardId, amount },
    };
  }
  if (draw < 0.6) return deposit(at.id, amount, key);
  if (draw < 0.75) {
    return {
      kind: "withdrawal",
      key,
      walletId: at.id,
      path: `/v1/wallets/${at.id}/withdrawals`,
      // Sometimes more than it can have, so that some are refused.
      body: { amount: random.chance(0.1) ? 1_000_000_000 : amount, reference: key },
    };
  }
  if (draw < 0.97) {
    const to = random.pick(wallets.filter(({ id }) => id !== at.id));
    return {
      kind: "transfer",
      key,
      walletId: at.id,
      path: "/v1/transfers",
      body: { fromWalletId: at.id, toWalletId: to.id, amount },
    };
  }
  return draw < 0.985 ? newCard(at.id, key) : newWallet(userId, key);
};
