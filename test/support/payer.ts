import { type Answer, dataOf, type Server } from "./api.ts";
import { newOrganization, type Organization } from "./organization.ts";
import type { Act, Authorization, Card, LimitsReport, Transaction, Wallet } from "./resources.ts";

type Body = Readonly<Record<string, unknown>>;
type Named = { readonly id: string };

/** A wallet with a card, and all that can become of its payments over HTTP. */
export interface Payer {
  readonly organization: Organization;
  readonly api: Organization["api"];
  readonly wallet: Wallet;
  readonly card: Card;
  pay(amount: number, more?: Body): Promise<Authorization>;
  increment(payment: Named, amount: number): Promise<Answer<Act>>;
  capture(payment: Named, body?: Body): Promise<Answer<Act>>;
  reverse(payment: Named, body?: Body): Promise<Answer<Act>>;
  refund(body: Body): Promise<Answer<Act>>;
  force(amount: number, more?: Body): Promise<Answer<Act>>;
  deposit(amount: number): Promise<void>;
  payment(payment: Named): Promise<Authorization>;
  /** Available, held, owed. */
  balances(): Promise<readonly [number, number, number]>;
  /** What the card has spent of its days and in all: amount and number of payments. */
  spent(): Promise<readonly [amount: number, count: number]>;
  limits(): Promise<LimitsReport>;
  /** Oldest first. */
  statement(): Promise<readonly Transaction[]>;
}

export const newPayer = async (
  server: Server,
  money: number,
  {
    wallet: walletBody = {},
    card: cardBody = {},
    settings = {},
  }: {
    readonly wallet?: Body;
    readonly card?: Body;
    readonly settings?: Body;
  } = {},
): Promise<Payer> => {
  const organization = await newOrganization(server, settings);
  const wallet = await organization.wallet(money, walletBody);
  return payerOf(organization, wallet, await organization.card(wallet.id, cardBody));
};

export const payerOf = (organization: Organization, wallet: Wallet, card: Card): Payer => {
  const { api } = organization;
  const act = (of: Named, acts: string, body: Body) =>
    api.post<Act>(`/v1/authorizations/${of.id}/${acts}`, body);
  const limits = async () => dataOf(await api.get<LimitsReport>(`/v1/cards/${card.id}/limits`));
  return {
    organization,
    api,
    wallet,
    card,
    pay: async (amount, more = {}) => {
      const body = { cardId: card.id, amount, ...more };
      return dataOf(await api.post<Authorization>("/v1/authorizations", body));
    },
    increment: (payment, amount) => act(payment, "increments", { amount }),
    capture: (payment, body = {}) => act(payment, "captures", body),
    reverse: (payment, body = {}) => act(payment, "reversals", body),
    refund: (body) => api.post<Act>("/v1/refunds", body),
    force: (amount, more = {}) =>
      api.post<Act>("/v1/captures", { cardId: card.id, amount, ...more }),
    deposit: async (amount) => {
      dataOf(await api.post(`/v1/wallets/${wallet.id}/deposits`, { amount }));
    },
    payment: async ({ id }) => dataOf(await api.get<Authorization>(`/v1/authorizations/${id}`)),
    balances: async () => {
      const { available, held, receivable } = await organization.walletNow(wallet.id);
      return [available, held, receivable];
    },
    spent: async () => {
      const { windows } = await limits();
      const { amount = -1, count = -1 } = windows["lifetime"]?.spent ?? {};
      return [amount, count];
    },
    limits,
    statement: async () =>
      dataOf(
        await api.get<Transaction[]>(`/v1/wallets/${wallet.id}/transactions?sort=asc&limit=100`),
      ),
  };
};
