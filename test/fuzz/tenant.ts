import { scopes } from "../../src/domain/actor.ts";
import { type Answer, client, type Server } from "../support/api.ts";
import { type Operation, operationOf, operations } from "../support/contract.ts";
import { newOrganization, type Organization, sendSample } from "../support/organization.ts";
import { purposeOf, urlOf } from "../support/sample.ts";
import { Pool } from "./pool.ts";

/** An organization, what it has, and keys of it. */
export interface Tenant {
  readonly organization: Organization;
  readonly pool: Pool;
  /** Keys that it sent with its creations. */
  readonly idempotencyKeys: string[];
  /** A key with every scope but one. */
  without(scope: string): Promise<string>;
}

const wrapped = ({ data, page }: Answer<unknown>) => ({ data, meta: { page } });

/** An organization with one of everything that can be made, and a page of every list. */
export const furnishedTenant = async (server: Server): Promise<Tenant> => {
  const tenant = await newTenant(server);
  const { organization, pool, idempotencyKeys } = tenant;
  const made = await Promise.all(
    operations
      .filter(({ method, access }) => method === "POST" && access !== "admin")
      .map(async (operation) => {
        const sample = await organization.sample(operation);
        const key = crypto.randomUUID();
        const answer = await sendSample(server, organization, sample, { key });
        return { operation, sample, key, answer };
      }),
  );
  // In the document's order, whichever was answered first.
  for (const { operation, sample, key, answer } of made) {
    idempotencyKeys.push(key);
    pool.learn(operation, urlOf(sample), sample.path["id"], wrapped(answer));
  }
  for (const { isList, access, pathParameters, path } of operations) {
    if (!isList || access === "admin" || pathParameters.length > 0) continue;
    await readPage(tenant, `${path}?limit=1`);
  }
  await tend(tenant);
  return tenant;
};

export const newTenant = async (server: Server): Promise<Tenant> => {
  const organization = await newOrganization(server);
  const keys = new Map<string, Promise<string>>();
  const pool = new Pool();
  pool.add("organizations", organization.id);
  return {
    organization,
    pool,
    idempotencyKeys: [],
    without: (scope) => {
      const known = keys.get(scope) ?? organization.key(scopes.filter((one) => one !== scope));
      keys.set(scope, known);
      return known;
    },
  };
};

const readPage = async ({ organization, pool }: Tenant, target: string): Promise<void> => {
  const operation = operationOf("GET", target.split("?")[0] ?? "");
  const answer = await organization.api.get<unknown>(target);
  if (operation) pool.learn(operation, target, undefined, wrapped(answer));
};

/** So many of these are kept alive, whatever requests do to them. */
const stock: Readonly<Record<string, number>> = { wallets: 6, cards: 5, authorizations: 5 };

/** Makes anew what requests have used up: wallets with money, cards of theirs, open payments. */
export const tend = async ({ organization, pool }: Tenant): Promise<void> => {
  for (const [resource, wanted] of Object.entries(stock)) {
    while (pool.count(resource) < wanted) {
      const id = await organization.make(resource);
      const parent = resource === "wallets" ? undefined : pool.pick("wallets", 0, () => true)?.id;
      const known = pool.add(resource, id, parent);
      known.status = resource === "authorizations" ? "open" : "active";
    }
  }
};

/** Something that nothing else uses, which an operation may end. */
export const expendable = async (
  { organization, pool }: Tenant,
  operation: Operation,
  resource: string,
): Promise<string> => {
  const id = await organization.make(resource, purposeOf(operation));
  pool.add(resource, id);
  return id;
};

/** Tokens that no operation may accept any more. */
export interface Retired {
  readonly revoked: string;
  readonly expired: string;
}

const shortestLifeMs = 1_500;

export const retiredKeys = async (server: Server): Promise<Retired> => {
  const { api, apiKey } = await newOrganization(server);
  const create = async (expiresAt: string | null) =>
    (
      await api.post<{ id: string; key: string }>("/v1/api-keys", {
        name: "Old",
        scopes,
        expiresAt,
      })
    ).data;
  const [short, revoked] = [
    await create(new Date(Date.now() + shortestLifeMs).toISOString()),
    await create(null),
  ];
  await client(server, apiKey).delete(`/v1/api-keys/${revoked.id}`);
  await new Promise((resolve) => setTimeout(resolve, shortestLifeMs));
  return { revoked: revoked.key, expired: short.key };
};
