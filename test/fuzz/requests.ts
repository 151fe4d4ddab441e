import fc from "fast-check";
import { allOperations, type JsonSchema, type Operation } from "../support/contract.ts";
import { alternatives, resourceInPath, resourceOf } from "../support/sample.ts";
import type { Attempt, Reference, Tree } from "./attempt.ts";
import { referenceTo } from "./field-values.ts";
import { valuesOf } from "./schema-values.ts";

type Members = Readonly<Record<string, Tree>>;

const nothing = fc.constant(undefined);

/** Requests of one operation as the document allows them; nothing is wrong with them yet. */
const requestsTo = (operation: Operation): fc.Arbitrary<Omit<Attempt, "twists">> =>
  fc.record({
    operation: fc.constant(operation),
    path: pathsOf(operation),
    query: queriesOf(operation),
    body: bodiesOf(operation),
    accept: operation.media.length > 1 ? fc.constantFrom(undefined, ...operation.media) : nothing,
  });

const pathsOf = ({ path, pathParameters }: Operation): fc.Arbitrary<Record<string, Reference>> =>
  fc.record(
    Object.fromEntries(
      pathParameters.map((name) => [name, referenceTo(resourceInPath(path, name))]),
    ),
  );

/** Cursors are the server's to make: a twist brings them in. */
const queriesOf = ({ id, query }: Operation): fc.Arbitrary<Members> => {
  const own = query.filter(({ name }) => name !== "cursor");
  const schema: JsonSchema = {
    type: "object",
    properties: Object.fromEntries(own.map(({ name, schema }) => [name, schema])),
    required: own.filter(({ required }) => required).map(({ name }) => name),
  };
  return membersOf(id, schema);
};

const bodiesOf = ({ id, body }: Operation): fc.Arbitrary<Members | undefined> =>
  body ? membersOf(id, body).map((members) => repairs[id]?.(members) ?? members) : nothing;

/** Where exactly one of some fields may be given, the schema alone does not say so. */
const membersOf = (id: string, schema: JsonSchema): fc.Arbitrary<Members> => {
  const names = Object.keys(schema.properties ?? {});
  const groups = (alternatives[id] ?? []).filter((group) =>
    group.some((name) => names.includes(name)),
  );
  const kept = Object.entries(schema.properties ?? {}).filter(
    ([name]) => !groups.flat().includes(name),
  );
  const rest = valuesOf({
    ...schema,
    properties: Object.fromEntries(kept),
  }) as fc.Arbitrary<Members>;
  const chosen = groups.map((group) =>
    fc
      .constantFrom(...group)
      .chain((name) => referenceTo(resourceOf(name)).map((value) => [name, value] as const)),
  );
  return fc.tuple(rest, fc.tuple(...chosen)).map(([members, one]) => ({
    ...members,
    ...Object.fromEntries(one),
  }));
};

/** All that is printed on a card comes along, or none of it. */
const wholeNumber = (members: Members): Members => {
  const printed = ["number", "expMonth", "expYear", "cvv"];
  if (printed.every((name) => name in members)) return members;
  if (!("number" in members)) {
    return Object.fromEntries(Object.entries(members).filter(([name]) => !printed.includes(name)));
  }
  return { ...members, expMonth: 12, expYear: 2099, cvv: "123" };
};

const withoutMerchant = ({ merchant: _, ...members }: Members): Members => members;

const repairs: Readonly<Record<string, (members: Members) => Members>> = {
  createCard: wholeNumber,
  replaceCard: wholeNumber,
  createRefund: (members) => ("authorizationId" in members ? withoutMerchant(members) : members),
};

const requests = allOperations.map(requestsTo);

/** Requests of any operation, each as likely as the others. */
export const anyRequest: fc.Arbitrary<Omit<Attempt, "twists">> = fc.oneof(...requests);

/** What an idempotency key can be sent with, and what has an effect to repeat. */
export const anyCommand: fc.Arbitrary<Omit<Attempt, "twists">> = fc.oneof(
  ...allOperations
    .filter(({ method, path }) => method === "POST" && !/\/(dry-run|batch)$/.test(path))
    .map(requestsTo),
);
