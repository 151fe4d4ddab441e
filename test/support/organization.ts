import { type Client, client, dataOf, type Server } from "./api.ts";
import { allOperations, type Operation } from "./contract.ts";
import type { Authorization, Card, Identified, Wallet } from "./resources.ts";
import { type Purpose, type Sample, sampleOf, urlOf } from "./sample.ts";

/** An organization of a test's own. */
export interface Organization {
  readonly id: string;
  readonly apiKey: string;
  readonly api: Client;
  /** A request that the operation accepts, made of resources that nothing else uses. */
  sample(operation: Operation): Promise<Sample>;
  /** The id of a new resource, by its name in paths. */
  make(resource: string, purpose?: Purpose, within?: string): Promise<string>;
  wallet(money?: number, wallet?: Readonly<Record<string, unknown>>): Promise<Wallet>;
  card(walletId: string, card?: Readonly<Record<string, unknown>>): Promise<Card>;
  walletNow(id: string): Promise<Wallet>;
  pay(cardId: string, amount: number): Promise<Authorization>;
  /** A key with these scopes. */
  key(scopes: readonly string[]): Promise<string>;
}

/** What wallets of samples hold; more than any sample spends. */
const sampleMoney = 100_000;

export const newOrganization = async (
  server: Server,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Organization> => {
  const admin = client(server, server.adminToken);
  const made = dataOf(
    await admin.post<{ id: string; apiKey: string }>("/v1/organizations", {
      name: crypto.randomUUID(),
      ...settings,
    }),
  );
  const api = client(server, made.apiKey);
  const id = async (path: string, body: unknown): Promise<string> =>
    dataOf(await api.post<Identified>(path, body)).id;

  const wallet = async (money = 0, given: Readonly<Record<string, unknown>> = {}) => {
    const userId = given["userId"] ?? (given["teamId"] ? undefined : await make("users"));
    const body = { ...(userId ? { userId } : {}), ...given };
    const opened = dataOf(await api.post<Wallet>("/v1/wallets", body));
    if (money > 0) {
      dataOf(await api.post(`/v1/wallets/${opened.id}/deposits`, { amount: money }));
    }
    return opened;
  };

  const make = async (
    resource: string,
    purpose: Purpose = "use",
    within?: string,
  ): Promise<string> => {
    if (resource === "organizations") return made.id;
    if (resource === "wallets") return (await wallet(purpose === "use" ? sampleMoney : 0)).id;
    const creations = allOperations.filter(
      ({ method, path }) => method === "POST" && path.endsWith(`/${resource}`),
    );
    // Of its own where that is possible, unless a parent is given.
    const creation = within
      ? creations.find(({ path }) => path.includes("{"))
      : (creations.find(({ path }) => path === `/v1/${resource}`) ?? creations[0]);
    if (!creation) throw new Error(`test/support/organization.ts cannot make ${resource}`);
    const asked = await sample(creation);
    return id(within ? `${within}/${resource}` : urlOf(asked), asked.body);
  };

  const sample = (operation: Operation): Promise<Sample> => sampleOf(operation, { make });

  return {
    id: made.id,
    apiKey: made.apiKey,
    api,
    make,
    sample,
    wallet,
    card: async (walletId, card = {}) =>
      dataOf(await api.post<Card>("/v1/cards", { walletId, ...card })),
    walletNow: async (walletId) => dataOf(await api.get<Wallet>(`/v1/wallets/${walletId}`)),
    pay: async (cardId, amount) =>
      dataOf(await api.post<Authorization>("/v1/authorizations", { cardId, amount })),
    key: async (scopes) =>
      dataOf(await api.post<{ key: string }>("/v1/api-keys", { name: "Test", scopes })).key,
  };
};

/** Sends a sample as its organization, or as the admin where only that one may. */
export const sendSample = (
  server: Server,
  { api }: Organization,
  sample: Sample,
  options: { readonly key?: string; readonly token?: string | null } = {},
) => {
  const { operation, body } = sample;
  const token = operation.access === "admin" ? { token: server.adminToken } : {};
  return api.send(operation.method, urlOf(sample), {
    ...token,
    ...options,
    ...(body === undefined ? {} : { json: body }),
  });
};
