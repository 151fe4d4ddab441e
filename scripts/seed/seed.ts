import { type ApiClient, apiClient } from "../api-client.ts";

interface Made {
  readonly id: string;
}

const people = ["Ada Lindqvist", "Bram Okafor", "Chiara Novak", "Dmitri Sand", "Esi Moreau"];

/**
 * Dummy data through the public API only: a team, five users, three members, a
 * team wallet and two personal ones, cards, money, and payments of which some
 * are declined.
 */
export const seed = async (
  url: string,
  apiKey: string,
  say: (line: string) => void,
): Promise<void> => {
  const api = apiClient(url, apiKey);
  say("dummy data: people");
  const users: Made[] = [];
  for (const name of people) {
    const [first] = name.toLowerCase().split(" ");
    users.push(await api.post("/v1/users", { name, email: `${first}@harbour.example` }));
  }
  const team = await api.post<Made>("/v1/teams", { name: "Purchasing" });
  for (const { id: userId } of users.slice(0, 3)) {
    await api.post("/v1/team-members", { teamId: team.id, userId });
  }
  say("dummy data: wallets, cards and payments");
  await teamWallet(api, team, users);
  await personalWallets(api, users.slice(3));
};

const merchants = {
  bakery: { id: "bakery-7", name: "Corner Bakery", category: "5462", country: "SE" },
  trains: { id: "trains-1", name: "Northern Trains", category: "4112", country: "SE" },
  tools: { id: "tools-3", name: "Quay Tools", category: "5251", country: "DE" },
} as const;

const teamWallet = async (api: ApiClient, team: Made, users: readonly Made[]): Promise<void> => {
  const wallet = await api.post<Made>("/v1/wallets", { teamId: team.id, name: "Purchasing" });
  await deposit(api, wallet, 400_000, "opening balance");
  const [ada, bram] = users;
  const daily = await api.post<Made>("/v1/cards", {
    walletId: wallet.id,
    name: "Daily purchases",
    cardholderId: ada?.id,
  });
  const tools = await api.post<Made>("/v1/cards", {
    walletId: wallet.id,
    name: "Tools",
    cardholderId: bram?.id,
    limits: { perTransaction: { amount: 20_000 } },
  });
  await pay(api, daily, 1_250, merchants.bakery);
  await pay(api, daily, 8_900, merchants.trains);
  await pay(api, tools, 15_990, merchants.tools);
  // Declined: above the card's limit for one payment.
  await pay(api, tools, 45_000, merchants.tools);
};

const personalWallets = async (api: ApiClient, users: readonly Made[]): Promise<void> => {
  for (const [at, user] of users.entries()) {
    const wallet = await api.post<Made>("/v1/wallets", { userId: user.id, name: "Expenses" });
    await deposit(api, wallet, 20_000 * (at + 1), "advance");
    const card = await api.post<Made>("/v1/cards", { walletId: wallet.id, name: "Expenses" });
    await pay(api, card, 1_990, merchants.bakery);
    // Declined: more than the wallet has.
    await pay(api, card, 90_000, merchants.trains);
  }
};

const deposit = (api: ApiClient, wallet: Made, amount: number, reference: string) =>
  api.post(`/v1/wallets/${wallet.id}/deposits`, { amount, reference });

const pay = (api: ApiClient, card: Made, amount: number, merchant: object) =>
  api.post("/v1/authorizations", { cardId: card.id, amount, merchant });
