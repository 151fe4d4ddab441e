import type { startProcess } from "../../src/runtime/process.ts";
import { inParallel } from "../in-parallel.ts";

/** An organization of one system's own, with wallets that each have money and a card. */
export interface Tenant {
  readonly organizationId: string;
  readonly apiKey: string;
  readonly wallets: readonly WalletWithCard[];
  /** One more, for what all do at once. */
  readonly hot: WalletWithCard;
}

export interface WalletWithCard {
  readonly walletId: string;
  readonly cardId: string;
}

type App = ReturnType<typeof startProcess>["app"];

/** Requests of the set-up at once. */
const atOnce = 64;

/** So much that no payment of a run is declined. */
const money = 1_000_000_000_000;

/** Limits are asked on every payment, as they are by default, and none is ever reached. */
const limits = { day: { amount: money }, month: { amount: money } };

/** Through the API, by an app without a socket: what is measured is not made by what is measured. */
export const createTenant = async (
  app: App,
  adminToken: string,
  wallets: number,
): Promise<Tenant> => {
  const admin = sender(app, adminToken);
  const organization = await admin<{ id: string; apiKey: string }>("/v1/organizations", {
    name: "Benchmark",
    defaultLimits: limits,
  });
  const send = sender(app, organization.apiKey);
  const team = await send<Made>("/v1/teams", { name: "Benchmark" });
  const make = async (): Promise<WalletWithCard> => {
    const wallet = await send<Made>("/v1/wallets", { teamId: team.id, name: "Benchmark" });
    await send(`/v1/wallets/${wallet.id}/deposits`, { amount: money });
    const card = await send<Made>("/v1/cards", { walletId: wallet.id });
    return { walletId: wallet.id, cardId: card.id };
  };
  const [hot, ...others] = await inParallel(wallets + 1, atOnce, make);
  if (!hot) throw new Error("no wallet was made");
  return {
    organizationId: organization.id,
    apiKey: organization.apiKey,
    wallets: others,
    hot,
  };
};

interface Made {
  readonly id: string;
}

const sender =
  (app: App, token: string) =>
  async <T>(path: string, body: unknown): Promise<T> => {
    const response = await app.request(path, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return (JSON.parse(text) as { data: T }).data;
  };
