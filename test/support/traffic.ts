import { times } from "./api.ts";
import type { Call, Load } from "./load.ts";
import type { Card, Identified, Wallet } from "./resources.ts";

/** What a mixture of calls needs: wallets, a card on each, and one that allows little at a time. */
export interface Stage {
  readonly apiKey: string;
  readonly wallets: readonly string[];
  readonly cards: readonly string[];
  readonly small: string;
}

const walletCount = 16;
const smallAmount = 500;
const unknownId = "0192b6a0-0000-7000-8000-00000000abcd";

const replayKey = (wallet: number): string => `replayed-${wallet}`;

/** Sets the stage by calls like any others. */
export const setStage = async (load: Load, edges: number, adminToken: string): Promise<Stage> => {
  let sent = 0;
  const post = async <T>(path: string, token: string, json: unknown, over: Partial<Call> = {}) => {
    const call = { edge: sent++ % edges, method: "POST", path, route: path, token, json, ...over };
    const { status, text } = await load.send(call);
    if (status >= 300) throw new Error(`POST ${path}: ${status} ${text}`);
    return (JSON.parse(text) as { data: T }).data;
  };
  const organization = { name: crypto.randomUUID() };
  const { apiKey } = await post<{ apiKey: string }>("/v1/organizations", adminToken, organization);
  const make = <T>(path: string, json: unknown, over?: Partial<Call>) =>
    post<T>(path, apiKey, json, over);
  const owner = await make<Identified>("/v1/users", { email: "ada@harbour.example" });
  const made = await Promise.all(
    times(walletCount, async (at) => {
      const wallet = await make<Wallet>("/v1/wallets", { userId: owner.id });
      const deposits = { path: `/v1/wallets/${wallet.id}/deposits` };
      await make("/v1/wallets/:id/deposits", { amount: 1_000_000_000 }, deposits);
      const card = await make<Card>("/v1/cards", { walletId: wallet.id });
      await make("/v1/authorizations", payment(card.id), { key: replayKey(at) });
      return { wallet: wallet.id, card: card.id };
    }),
  );
  const small = await make<Card>("/v1/cards", {
    walletId: made[0]?.wallet,
    limits: { perTransaction: { amount: smallAmount } },
  });
  return {
    apiKey,
    wallets: made.map(({ wallet }) => wallet),
    cards: made.map(({ card }) => card),
    small: small.id,
  };
};

const payment = (cardId: string) => ({ cardId, amount: 100, merchant: { name: "Chandler" } });

/**
 * The calls of a day, twenty kinds in turn: payments that are approved, in part, declined and
 * replayed; reads and lists; and what is refused.
 */
export const mixture = (stage: Stage, at: number): Omit<Call, "edge"> => {
  const { apiKey: token, wallets, cards, small } = stage;
  // Another wallet each turn, or a kind would always meet the same one.
  const which = (at + Math.floor(at / 20)) % wallets.length;
  const cardId = cards[which] ?? "";
  const read = (path: string, route: string) => ({ method: "GET", path, route, token });
  const authorize = (json: unknown, key?: string) => ({
    ...{ method: "POST", path: "/v1/authorizations", route: "/v1/authorizations", token, json },
    ...(key === undefined ? {} : { key }),
  });
  switch (at % 20) {
    case 6:
      return authorize({ cardId: small, amount: 2 * smallAmount, partialApproval: true });
    case 7:
      return authorize({ cardId: small, amount: 2 * smallAmount });
    case 8:
      return authorize(payment(cardId), replayKey(which));
    case 9:
    case 10:
    case 11:
      return read(`/v1/wallets/${wallets[which]}`, "/v1/wallets/:id");
    case 12:
      return read("/v1/wallets?limit=5", "/v1/wallets");
    case 13:
      return read(`/v1/authorizations?limit=10&cardId=${cardId}`, "/v1/authorizations");
    case 14:
      return read(`/v1/wallets/${unknownId}`, "/v1/wallets/:id");
    case 15:
      return { method: "GET", path: `/nowhere/${at}`, route: "unmatched" };
    case 16:
      return { method: "GET", path: "/v1/wallets", route: "/v1/wallets" };
    case 17:
      return authorize({ cardId, amount: -1 });
    case 18:
      return { method: "GET", path: "/health", route: "/health" };
    case 19:
      return { method: "GET", path: "/ready", route: "/ready" };
    default:
      return authorize(payment(cardId));
  }
};
