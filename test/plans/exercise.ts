import { dataOf, type Server } from "../support/api.ts";
import { allOperations, type JsonSchema, type Operation } from "../support/contract.ts";
import { sendSample } from "../support/organization.ts";
import {
  isReference,
  resourceInPath,
  type SampleSource,
  sampleOf,
  urlOf,
} from "../support/sample.ts";
import type { Hot } from "./hot.ts";
import type { Recorder } from "./recorder.ts";

/** Sends each operation of the document once, and each list in every order and by every filter. */
export const exerciseAll = async (server: Server, hot: Hot, recorder: Recorder): Promise<void> => {
  for (const operation of allOperations) {
    if (operation.isList) await exerciseList(server, hot, operation, recorder);
    else await exercise(server, hot, operation, recorder);
  }
};

/** What only comes of a key that no isolate remembers, and of a refusal. */
export const exerciseRest = async (
  { organization, originals }: Hot,
  recorder: Recorder,
): Promise<void> => {
  const token = await organization.key(["users:read"]);
  recorder.during("a key that was not used before");
  dataOf(await organization.api.send("GET", "/v1/users?limit=1", { token }));
  recorder.during("deleting an owner whose wallets hold money");
  for (const path of [`/v1/users/${originals.userId}`, `/v1/teams/${originals.teamId}`]) {
    const { status } = await organization.api.delete(path);
    if (status !== 409) throw new Error(`${path} was deleted: ${status}`);
  }
};

const exercise = async (
  server: Server,
  hot: Hot,
  operation: Operation,
  recorder: Recorder,
): Promise<void> => {
  recorder.during(`${operation.id}'s preparation`);
  const sample = await sampleOf(operation, sourceOf(hot, operation));
  recorder.during(operation.id);
  const key = operation.method === "POST" ? { key: crypto.randomUUID() } : {};
  const answer = await sendSample(server, hot.organization, sample, key);
  if (answer.status >= 300 && !refusedAnyway.has(operation.id)) {
    throw new Error(`${operation.id} was answered ${answer.status}: ${answer.text}`);
  }
  // A repetition asks for what is stored under the key.
  if (operation.method === "POST") await sendSample(server, hot.organization, sample, key);
};

/** Without what they need, which is nothing of the database's: they read before they refuse. */
const refusedAnyway = new Set(["getReceipt", "getKeySet"]);

/** What there is most of, where it can be used; what is ended, or changes the others, is new. */
const sourceOf = (hot: Hot, operation: Operation): SampleSource => {
  const { organization, originals } = hot;
  const known: Record<string, string> = {
    users: originals.userId,
    teams: originals.teamId,
    wallets: originals.walletId,
    ...(operation.method === "GET" && { cards: originals.cardId }),
  };
  const used = new Set<string>();
  return {
    make: async (resource, purpose, within) => {
      const id = known[resource];
      if (purpose === "use" && id && !used.has(resource) && !changes(operation, resource)) {
        used.add(resource);
        return id;
      }
      if (resource === "cards") return (await organization.card(originals.walletId)).id;
      if (resource === "authorizations") {
        return (await organization.pay(originals.cardId, 2_000)).id;
      }
      return organization.make(resource, purpose, within);
    },
  };
};

/** Two members of one user in one team cannot be; a frozen wallet pays for nobody. */
const changes = ({ id }: Operation, resource: string): boolean =>
  (id === "createTeamMember" && resource === "users") ||
  (/^(freeze|unfreeze|close)Wallet$/.test(id) && resource === "wallets");

const exerciseList = async (
  server: Server,
  hot: Hot,
  operation: Operation,
  recorder: Recorder,
): Promise<void> => {
  const token = operation.access === "admin" ? server.adminToken : hot.organization.apiKey;
  const path = Object.fromEntries(
    operation.pathParameters.map((parameter) => [
      parameter,
      idOfHot(hot, resourceInPath(operation.path, parameter)),
    ]),
  );
  for (const filters of filtersOf(hot, operation)) {
    for (const order of ordersOf(operation)) {
      const send = async (more: Record<string, string>) => {
        const query = { ...filters, ...order, limit: "50", ...more };
        recorder.during(
          `${operation.id} ${Object.entries({ ...query, ...(more["cursor"] && { cursor: "..." }) })
            .map((pair) => pair.join("="))
            .join(" ")}`,
          filters,
        );
        return nextOf(server, token, urlOf({ operation, path, query, body: undefined }));
      };
      const next = await send({});
      if (next) await send({ cursor: next });
      if (operation.query.some(({ name }) => name === "skip")) await send({ skip: "100" });
    }
  }
};

/** Copies are read like what they were copied from, but need not be what the contract promises. */
const nextOf = async (server: Server, token: string, url: string): Promise<string | null> => {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await server.fetch(new Request(new URL(url, server.url), { headers }));
  const body = (await response.json()) as { readonly meta?: { page?: { next: string | null } } };
  if (response.status !== 200) throw new Error(`${url}: ${JSON.stringify(body)}`);
  return body.meta?.page?.next ?? null;
};

const idOfHot = ({ originals }: Hot, resource: string): string => {
  const ids: Record<string, string> = {
    users: originals.userId,
    teams: originals.teamId,
    wallets: originals.walletId,
    cards: originals.cardId,
    authorizations: originals.authorizationId,
  };
  const id = ids[resource];
  if (!id) throw new Error(`test/plans/exercise.ts knows no hot one of ${resource}`);
  return id;
};

const paging = ["limit", "skip", "cursor", "sort", "sortBy", "wait"];

const ordersOf = ({ query }: Operation): Record<string, string>[] => {
  const valuesOf = (parameter: string): string[] =>
    (query.find(({ name }) => name === parameter)?.schema.enum ?? []).map(String);
  const fields = valuesOf("sortBy");
  if (fields.length === 0) return [{}];
  return fields.flatMap((sortBy) => valuesOf("sort").map((sort) => ({ sortBy, sort })));
};

/** None, each alone, and each two together. */
const filtersOf = (hot: Hot, { query }: Operation): Record<string, string>[] => {
  const single = query
    .filter(({ name }) => !paging.includes(name))
    .flatMap(({ name, schema }) => valuesOf(hot, name, schema).map((value) => ({ [name]: value })));
  const pairs = single.flatMap((one, n) =>
    single
      .slice(n + 1)
      .filter((other) => Object.keys(other)[0] !== Object.keys(one)[0])
      .map((other) => ({ ...one, ...other }) as Record<string, string>),
  );
  return [{}, ...single, ...pairs] as Record<string, string>[];
};

const valuesOf = (hot: Hot, name: string, schema: JsonSchema): string[] => {
  if (isReference(name)) return [idOfHot(hot, `${name.slice(0, -2)}s`)];
  if (schema.enum) return schema.enum.map(String);
  const known = filterValues[name];
  if (!known) throw new Error(`test/plans/exercise.ts has no value to filter ${name} by`);
  return known();
};

const filterValues: Readonly<Record<string, () => string[]>> = {
  email: () => ["500@users.example"],
  name: () => ["Team 500"],
  type: () => ["authorization.approved", "wallet.frozen", "card.created"],
  from: () => [new Date(Date.now() - 86_400_000).toISOString()],
  to: () => [new Date(Date.now() - 86_400_000 / 2).toISOString()],
};
