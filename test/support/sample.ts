import { scopes } from "../../src/domain/actor.ts";
import { type JsonSchema, type Operation, resolved } from "./contract.ts";

/** What a valid request is made of; an operation that needs something new is taught here. */
export interface SampleSource {
  /**
   * The id of a new resource of the organization, by its name in paths: `wallets`, `cards`;
   * `within` a parent's path where the parent matters.
   */
  readonly make: (resource: string, purpose: Purpose, within?: string) => Promise<string>;
}

/** Wallets that are to be deleted must be empty; others need money. */
export type Purpose = "delete" | "use";

export interface Sample {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** Of these exactly one may be given; the first is taken, where the schema alone does not say so. */
export const alternatives: Readonly<Record<string, readonly (readonly string[])[]>> = {
  createWallet: [["userId", "teamId"]],
  deleteWallets: [["userId", "teamId"]],
  deleteTeamMembers: [["userId", "teamId"]],
  // A payment that is only authorized has nothing to give back.
  createRefund: [["cardId", "authorizationId"]],
};

/** Which resource an id in a body or query names. */
const referenced: Readonly<Record<string, string>> = {
  teamId: "teams",
  userId: "users",
  cardholderId: "users",
  walletId: "wallets",
  fromWalletId: "wallets",
  toWalletId: "wallets",
  cardId: "cards",
  authorizationId: "authorizations",
  captureId: "captures",
  transferId: "transfers",
  sweepTo: "wallets",
  corrects: "deposits",
};

export const isReference = (field: string): boolean =>
  /[a-z]Id$/.test(field) || field === "sweepTo" || field === "corrects";

export const resourceOf = (field: string): string => {
  const resource = referenced[field];
  if (!resource) throw new Error(`test/support/sample.ts does not know what ${field} names`);
  return resource;
};

/** `/v1/wallets/{id}/deposits`: the parameter after `wallets` names a wallet. */
export const resourceInPath = (path: string, parameter: string): string => {
  const parts = path.split("/");
  const resource = parts[parts.indexOf(`{${parameter}}`) - 1];
  if (!resource) throw new Error(`${path} has no resource before ${parameter}`);
  return resource;
};

/** A request that the operation accepts, made of resources of its own. */
export const sampleOf = async (operation: Operation, source: SampleSource): Promise<Sample> => {
  const purpose = purposeOf(operation);
  const path: Record<string, string> = {};
  for (const parameter of operation.pathParameters) {
    const parent = operation.path.slice(0, operation.path.indexOf(`/{${parameter}}`));
    const within = parent.includes("{") ? filled(parent, path) : undefined;
    path[parameter] = await source.make(
      resourceInPath(operation.path, parameter),
      purpose,
      within?.slice(0, within.lastIndexOf("/")),
    );
  }
  const query: Record<string, string> = {};
  for (const { name, schema } of neededQuery(operation)) {
    query[name] = String(await sampleValue(operation, name, schema, source, purpose));
  }
  return { operation, path, query, body: await bodyOf(operation, source) };
};

/** What an operation ends must be empty. */
export const purposeOf = ({ method, id }: Operation): Purpose =>
  method === "DELETE" || id === "closeWallet" ? "delete" : "use";

/** The sample with one of its ids replaced; what cannot stand beside it is left out. */
export const withReference = (
  sample: Sample,
  place: "path" | "query" | "body",
  field: string,
  id: string,
): Sample => {
  const others = (alternatives[sample.operation.id] ?? []).find((group) => group.includes(field));
  const kept = Object.entries(sample[place] ?? {}).filter(([name]) => !others?.includes(name));
  return { ...sample, [place]: { ...Object.fromEntries(kept), [field]: id } };
};

export const urlOf = ({ operation, path, query }: Sample): string => {
  const url = filled(operation.path, path);
  const search = new URLSearchParams(query).toString();
  return search === "" ? url : `${url}?${search}`;
};

const filled = (path: string, ids: Sample["path"]): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "");

const chosen = (operation: Operation): string[] =>
  (alternatives[operation.id] ?? []).map(([first]) => first ?? "");

const neededQuery = (operation: Operation) =>
  operation.query.filter(
    ({ name, required }) => required || chosen(operation).includes(name) || name === "at",
  );

const bodyOf = async (
  operation: Operation,
  source: SampleSource,
): Promise<Record<string, unknown> | undefined> => {
  const { body } = operation;
  return body && objectOf(operation, body, source);
};

const objectOf = async (
  operation: Operation,
  schema: JsonSchema,
  source: SampleSource,
): Promise<Record<string, unknown>> => {
  const { properties = {}, required = [] } = schema;
  const names = [...new Set([...required, ...chosen(operation)])];
  const value: Record<string, unknown> = {};
  for (const name of names) {
    value[name] = await sampleValue(operation, name, properties[name] ?? {}, source, "use");
  }
  // A patch that changes nothing would prove nothing.
  return names.length === 0 && operation.method === "PATCH" ? aPatch(operation) : value;
};

const aPatch = ({ id, body }: Operation): Record<string, unknown> => {
  const { properties = {} } = body ?? {};
  if ("name" in properties) return { name: `Changed ${crypto.randomUUID()}` };
  if ("role" in properties) return { role: "admin" };
  throw new Error(`test/support/sample.ts has no patch for ${id}`);
};

const sampleValue = async (
  operation: Operation,
  name: string,
  schema: JsonSchema,
  source: SampleSource,
  purpose: Purpose,
): Promise<unknown> => {
  if (isReference(name)) return source.make(resourceOf(name), purpose);
  const known = values[name]?.(operation);
  if (known !== undefined) return known;
  if (schema.enum) return schema.enum[0];
  // Of a batch: one item, which is what the operation for one alone takes.
  const { items } = schema as { readonly items?: JsonSchema };
  if (items) return [await objectOf(operation, resolved(items), source)];
  throw new Error(`test/support/sample.ts has no ${name} for ${operation.id}`);
};

const values: Readonly<Record<string, (operation: Operation) => unknown>> = {
  amount: () => 1_000,
  email: () => `${crypto.randomUUID()}@harbour.example`,
  name: () => crypto.randomUUID(),
  scopes: () => [...scopes],
  at: () => new Date().toISOString(),
};

/** A body that asks for something else, and is just as valid. */
export const otherBody = ({ operation, body }: Sample): Record<string, unknown> | undefined => {
  const { properties = {} } = operation.body ?? {};
  for (const [name, value] of Object.entries(otherValues)) {
    if (name in properties) return { ...body, [name]: value() };
  }
  return undefined;
};

const otherValues: Readonly<Record<string, () => unknown>> = {
  amount: () => 1_001,
  metadata: () => ({ asked: "otherwise" }),
  name: () => crypto.randomUUID(),
  role: () => "admin",
  reason: () => "stolen",
};
