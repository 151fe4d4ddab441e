import { apiClient } from "../api-client.ts";

interface Made {
  readonly id: string;
}

type Make = (path: string, body: object) => Promise<Made>;

const people = ["Ada Lindqvist", "Bram Okafor", "Chiara Novak", "Dmitri Sand", "Esi Moreau"];

/**
 * Dummy data through the public API only: a team, five users, three members, a
 * team wallet and two personal ones, cards, money, and payments of which some
 * are declined. Each step has its own idempotency key, so that a second run adds
 * nothing, and finishes what a first one left off.
 */
export const seed = async (
  url: string,
  apiKey: string,
  say: (line: string) => void,
): Promise<void> => {
  const api = apiClient(url, apiKey);
  let step = 0;
  const make: Make = (path, body) => api.post(path, body, `seed-${++step}`);
  say("dummy data: people");
  const users: Made[] = [];
  for (const name of people) {
    const [first] = name.toLowerCase().split(" ");
    users.push(await make("/v1/users", { name, email: `${first}@harbour.example` }));
  }
  const team = await make("/v1/teams", { name: "Purchasing" });
  for (const { id: userId } of users.slice(0, 3)) {
    await make("/v1/team-members", { teamId: team.id, userId });
  }
  say("dummy data: wallets, cards and payments");
  await teamWallet(make, team, users);
  await personalWallets(make, users.slice(3));
};

const merchants = {
  bakery: { id: "bakery-7", name: "Corner Bakery", category: "5462", country: "SE" },
  trains: { id: "trains-1", name: "Northern Trains", category: "4112", country: "SE" },
  tools: { id: "tools-3", name: "Quay Tools", category: "5251", country: "DE" },
} as const;

const teamWallet = async (make: Make, team: Made, users: readonly Made[]): Promise<void> => {
  const wallet = await make("/v1/wallets", { teamId: team.id, name: "Purchasing" });
  await deposit(make, wallet, 400_000, "opening balance");
  const [ada, bram] = users;
  const daily = await make("/v1/cards", {
    walletId: wallet.id,
    name: "Daily purchases",
    cardholderId: ada?.id,
  });
  const tools = await make("/v1/cards", {
    walletId: wallet.id,
    name: "Tools",
    cardholderId: bram?.id,
    limits: { perTransaction: { amount: 20_000 } },
  });
  await pay(make, daily, 1_250, merchants.bakery);
  await pay(make, daily, 8_900, merchants.trains);
  await pay(make, tools, 15_990, merchants.tools);
  // Declined: above the card's limit for one payment.
  await pay(make, tools, 45_000, merchants.tools);
};

const personalWallets = async (make: Make, users: readonly Made[]): Promise<void> => {
  for (const [at, user] of users.entries()) {
    const wallet = await make("/v1/wallets", { userId: user.id, name: "Expenses" });
    await deposit(make, wallet, 20_000 * (at + 1), "advance");
    const card = await make("/v1/cards", { walletId: wallet.id, name: "Expenses" });
    await pay(make, card, 1_990, merchants.bakery);
    // Declined: more than the wallet has.
    await pay(make, card, 90_000, merchants.trains);
  }
};

const deposit = (make: Make, wallet: Made, amount: number, reference: string) =>
  make(`/v1/wallets/${wallet.id}/deposits`, { amount, reference });

const pay = (make: Make, card: Made, amount: number, merchant: object) =>
  make("/v1/authorizations", { cardId: card.id, amount, merchant });
