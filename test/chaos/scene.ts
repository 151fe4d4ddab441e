import { apiClient } from "../../scripts/api-client.ts";
import { type Command, deposit, newCard, newWallet, type Scene } from "./commands.ts";
import { carryOutAll, type Entrance, patience } from "./load.ts";
import { createRandom } from "./random.ts";
import type { RunningStack } from "./stack.ts";
import type { Testimony } from "./testimony.ts";

export interface Stage {
  readonly organizationId: string;
  readonly entrance: Entrance;
  readonly scene: Scene;
}

const openingBalance = 20_000;

/** An organization, its wallets and cards, and the money that they begin with. */
export const setTheScene = async (
  stack: RunningStack,
  wallets: number,
  testimony: Testimony,
): Promise<Stage> => {
  const urls = stack.servers.map(({ url }) => url);
  const [first = ""] = urls;
  const organization = await apiClient(first, stack.adminToken).post<{
    id: string;
    apiKey: string;
  }>("/v1/organizations", { name: "Chaos" });
  const { apiKey } = organization;
  const user = await apiClient(first, apiKey).post<{ id: string }>("/v1/users", {
    email: "chaos@harbour.example",
    name: "Chaos",
  });
  const entrance: Entrance = { urls, apiKey, testimony };
  const random = createRandom("the scene");
  const keys = (what: string) =>
    Array.from({ length: wallets }, (_, index) => `${what}-${index + 1}`);
  const made = async (commands: readonly Command[]): Promise<string[]> => {
    const told = await carryOutAll(entrance, random, commands, patience());
    return told.map(({ command, answers }) => {
      const last = answers.at(-1);
      if (last?.kind !== "acknowledged") throw new Error(`${command.key}: ${JSON.stringify(last)}`);
      return (last.data as { id: string }).id;
    });
  };
  const ids = await made(keys("wallet").map((key) => newWallet(user.id, key)));
  const cards = await made(keys("card").map((key, at) => newCard(String(ids[at]), key)));
  await made(keys("opening").map((key, at) => deposit(String(ids[at]), openingBalance, key)));
  return {
    organizationId: organization.id,
    entrance,
    scene: { userId: user.id, wallets: ids.map((id, at) => ({ id, cardId: String(cards[at]) })) },
  };
};
