import { describe, expect, test } from "vitest";
import { dataOf, type Json, refusalOf, type Server } from "../support/api.ts";
import { type JsonSchema, type Operation, operations } from "../support/contract.ts";
import { dumpOf } from "../support/dump.ts";
import { newOrganization, type Organization, sendSample } from "../support/organization.ts";
import {
  isReference,
  purposeOf,
  resourceInPath,
  resourceOf,
  withReference,
} from "../support/sample.ts";

interface Place {
  readonly operation: Operation;
  readonly place: "path" | "query" | "body";
  readonly field: string;
  readonly resource: string;
}

const fieldsOf = ({ properties = {} }: JsonSchema): string[] =>
  Object.keys(properties).filter(isReference);

/** Everywhere that a request names something. */
const placesOf = (operation: Operation): Place[] => [
  ...operation.pathParameters.map((field) => ({
    operation,
    place: "path" as const,
    field,
    resource: resourceInPath(operation.path, field),
  })),
  ...operation.query
    .filter(({ name }) => isReference(name))
    .map(({ name }) => ({
      operation,
      place: "query" as const,
      field: name,
      resource: resourceOf(name),
    })),
  ...fieldsOf(operation.body ?? {}).map((field) => ({
    operation,
    place: "body" as const,
    field,
    resource: resourceOf(field),
  })),
];

const lists = operations.filter(
  ({ isList, access, pathParameters }) =>
    isList && access !== "admin" && pathParameters.length === 0,
);

/** Every list with every filter that names something. */
const filters = lists.flatMap((operation) =>
  operation.query.filter(({ name }) => isReference(name)).map(({ name }) => ({ operation, name })),
);

/** An organization that has done everything that can be done, so that every list of it has rows. */
const richOrganization = async (server: Server): Promise<Organization> => {
  const organization = await newOrganization(server);
  await organization.wallet(0, { teamId: await organization.make("teams") });
  for (const operation of operations) {
    if (operation.method !== "POST" || operation.access === "admin") continue;
    dataOf(await sendSample(server, organization, await organization.sample(operation)));
  }
  return organization;
};

const rowsOf = async ({ api }: Organization, path: string, filter = ""): Promise<Json[]> =>
  dataOf(await api.get<Json[]>(`${path}?limit=100${filter}`));

const places = operations.filter(({ access }) => access !== "admin").flatMap(placesOf);

/**
 * For every place in docs/openapi.json where a request names something: what another
 * organization has reads as if it were not there, and nothing changes for either.
 */
export const tenantSuite = (server: Server, { every = 1 } = {}): void => {
  /** Every n-th place only, where the same code is tried on all of them elsewhere. */
  const some = places.filter((_, at) => at % every === 0);
  let made: Promise<Organization> | undefined;
  const rich = () => {
    made ??= richOrganization(server);
    return made;
  };

  describe("what belongs to another organization", () => {
    test.each(lists)("is not in the list of $id", async ({ path }) => {
      const [own, other] = [await newOrganization(server), await rich()];
      const theirs = (await rowsOf(other, path)).map(({ id }) => id);
      expect(theirs.length).toBeGreaterThan(0);
      for (const { id } of await rowsOf(own, path)) expect(theirs).not.toContain(id);
    });

    test.each(filters)("is not in the list of $operation.id by its $name", async (filter) => {
      const { operation, name } = filter;
      const [own, other] = [await newOrganization(server), await rich()];
      const theirs = (await rowsOf(other, operation.path)).find((row) => row[name])?.[name];
      expect(theirs, `no row of ${operation.id} has a ${name}`).toBeTypeOf("string");
      const by = `&${name}=${theirs}`;
      expect((await rowsOf(other, operation.path, by)).length).toBeGreaterThan(0);
      expect(await rowsOf(own, operation.path, by)).toEqual([]);
    });

    test("can be named in paths, queries and bodies", () => {
      const counted = new Set(places.map(({ place }) => place));
      expect([...counted].sort()).toEqual(["body", "path", "query"]);
      expect(places.length).toBeGreaterThan(50);
    });

    test.concurrent.each(some)(
      "is not there for $operation.id, named by the $place's $field",
      async (named) => {
        const [own, other] = [await newOrganization(server), await newOrganization(server)];
        const { operation, place, field } = named;
        const foreign = await other.make(named.resource, purposeOf(operation));
        const sample = withReference(await own.sample(operation), place, field, foreign);
        const both = async () => [await dumpOf(server, own.id), await dumpOf(server, other.id)];
        const before = await both();
        expect(before[1]?.some((row) => row.includes(foreign))).toBe(true);

        const answer = await sendSample(server, own, sample);

        if (operation.isList && place === "query") {
          // A filter is not a question for one thing: nothing fits it.
          expect([answer.status, answer.data]).toEqual([200, []]);
        } else {
          const at = place === "path" ? [] : [place === "body" ? `/${field}` : field];
          expect(refusalOf(answer)).toEqual({ status: 404, code: "not_found", at });
        }
        expect(answer.text).not.toContain(foreign);
        expect(await both()).toEqual(before);
        await expectTheSameOfNothing(server, own, named, answer.text);
      },
    );
  });
};

/** Whether it exists for somebody else cannot be told from the answer. */
const expectTheSameOfNothing = async (
  server: Server,
  own: Organization,
  { operation, place, field }: Place,
  told: string,
): Promise<void> => {
  const nobodys = crypto.randomUUID();
  const sample = withReference(await own.sample(operation), place, field, nobodys);
  const { text } = await sendSample(server, own, sample);
  // A feed's cursor says which filter it is of, and how far the feed has got.
  const withoutId = (answer: string) => answer.replaceAll(/"(requestId|next)":"[^"]*"/g, "");
  expect(withoutId(text)).toBe(withoutId(told));
};
