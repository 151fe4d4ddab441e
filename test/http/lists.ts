import { describe, expect, test } from "vitest";
import { type Answer, client, dataOf, type Json, refusalOf, type Server } from "../support/api.ts";
import { type Operation, operations } from "../support/contract.ts";
import { newOrganization, type Organization } from "../support/organization.ts";
import type { Wallet } from "../support/resources.ts";
import { isReference, resourceInPath } from "../support/sample.ts";

/** A feed has one order and no last page: see feed.ts. */
const lists = operations.filter(({ id, isList }) => isList && id !== "listEvents");
const rowCount = 7;

interface Prepared {
  readonly organization: Organization;
  readonly path: string;
  readonly get: (
    query?: Readonly<Record<string, string | number>>,
    path?: string,
  ) => Promise<Answer<Json[]>>;
}

const resourceOfList = ({ path }: Operation): string => path.split("/")[2] ?? "";

/** A list with at least `rowCount` rows: of a resource, or of one parent. */
const prepare = async (server: Server, operation: Operation): Promise<Prepared> => {
  const organization = await newOrganization(server);
  const [parameter] = operation.pathParameters;
  let path = operation.path;
  if (parameter === undefined) {
    const resource = resourceOfList(operation);
    for (let row = 0; row < rowCount; row++) {
      if (resource === "organizations") await newOrganization(server);
      else await organization.make(resource);
    }
  } else {
    const parent = await organization.make(resourceInPath(path, parameter));
    path = path.replace(`{${parameter}}`, parent);
    await fill(organization, operation, parent);
  }
  const api = operation.access === "admin" ? client(server, server.adminToken) : organization.api;
  return {
    organization,
    path,
    get: (query = {}, other = path) => {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) search.set(name, String(value));
      return api.get<Json[]>(`${other}?${search}`);
    },
  };
};

/** What a parent's list shows: what is made in its place, or for a statement by deposits. */
const fill = async ({ api }: Organization, { path }: Operation, parent: string): Promise<void> => {
  const made = path.replace("{id}", parent).replace(/transactions$/, "deposits");
  for (let row = 0; row < rowCount; row++) {
    dataOf(
      await api.post(made, { amount: 1 + row, ...(/captures$/.test(path) && { final: false }) }),
    );
  }
};

const walk = async ({ get }: Prepared, query: Readonly<Record<string, string | number>>) => {
  const rows: Json[] = [];
  let cursor: string | null | undefined;
  do {
    const answer: Answer<Json[]> = await get({ ...query, ...(cursor ? { cursor } : {}) });
    const page = dataOf(answer);
    rows.push(...page);
    cursor = answer.page?.next;
    expect(page.length).toBeLessThanOrEqual(Number(query["limit"]));
    if (cursor) expect(page).toHaveLength(Number(query["limit"]));
    if (rows.length > 1_000) throw new Error("the walk does not end");
  } while (cursor);
  return rows;
};

const idsOf = (rows: readonly Json[]) => rows.map(({ id }) => id);

const sortFields = ({ query }: Operation): string[] =>
  (query.find(({ name }) => name === "sortBy")?.schema.enum ?? []).map(String);

/** For every list in docs/openapi.json. */
export const listSuite = (server: Server, { every = 1 } = {}): void => {
  /** Every n-th list only, where requests are slow. */
  const some = lists.filter((_, at) => at % every === 0);

  describe("lists", () => {
    test("are found in the document", () => {
      expect(lists.length).toBeGreaterThanOrEqual(9);
      for (const list of lists) expect(sortFields(list).length).toBeGreaterThan(0);
    });

    test.each(some)(
      "$id: a walk by cursor sees each row once, in either order of every field",
      async (operation) => {
        const prepared = await prepare(server, operation);
        for (const sortBy of sortFields(operation)) {
          const whole = await walk(prepared, { sortBy, sort: "asc", limit: 100 });
          expect(whole.length).toBeGreaterThanOrEqual(rowCount);
          expect(new Set(idsOf(whole)).size).toBe(whole.length);
          for (const limit of [1, 3]) {
            const up = await walk(prepared, { sortBy, sort: "asc", limit });
            expect(idsOf(up)).toEqual(idsOf(whole));
          }
          const down = await walk(prepared, { sortBy, sort: "desc", limit: 2 });
          expect(idsOf(down)).toEqual(idsOf(whole).reverse());
          expectSorted(whole, sortBy);
        }
      },
    );

    test.each(some)("$id: skip and limit cut the same list", async (operation) => {
      const { get, ...rest } = await prepare(server, operation);
      const whole = await walk({ get, ...rest }, { sort: "asc", limit: 100 });
      for (const [skip, limit] of [
        [0, 1],
        [2, 3],
        [rowCount - 1, 100],
      ] as const) {
        const part = await get({ sort: "asc", skip, limit });
        expect(idsOf(dataOf(part))).toEqual(idsOf(whole).slice(skip, skip + limit));
      }
      expect(dataOf(await get({ skip: 10_000 }))).toEqual([]);
      expect(dataOf(await get()).length).toBe(Math.min(whole.length, 10));
    });

    test.each(some)("$id: its cursor fits no other order, filter, list or parent", async (one) => {
      const { get, organization } = await prepare(server, one);
      const cursor = (await get({ sort: "asc", limit: 2 })).page?.next ?? "";
      expect(cursor).not.toBe("");
      const refused = { status: 400, code: "malformed_request", at: ["cursor"] };
      expect((await get({ sort: "asc", limit: 2, cursor })).status).toBe(200);
      expect((await get({ sort: "asc", limit: 5, cursor })).status).toBe(200);
      expect(refusalOf(await get({ sort: "desc", cursor }))).toEqual(refused);
      for (const sortBy of sortFields(one).slice(1)) {
        expect(refusalOf(await get({ sort: "asc", sortBy, cursor }))).toEqual(refused);
      }
      for (const { name, schema } of one.query.filter(isFilter)) {
        const value = isReference(name) ? crypto.randomUUID() : valueOfFilter(name, schema.enum);
        expect(refusalOf(await get({ sort: "asc", [name]: value, cursor }))).toEqual(refused);
      }
      const other = lists.find(({ id, path }) => id !== one.id && !path.includes("{"));
      if (one.access !== "admin" && other && other.access !== "admin") {
        expect(refusalOf(await get({ sort: "asc", cursor }, other.path))).toEqual(refused);
      }
      const [parameter] = one.pathParameters;
      if (parameter) {
        const another = await organization.make(resourceInPath(one.path, parameter));
        const path = one.path.replace(`{${parameter}}`, another);
        expect(refusalOf(await get({ sort: "asc", cursor }, path))).toEqual(refused);
      }
      expect(refusalOf(await get({ sort: "asc", skip: 1, cursor }))).toMatchObject({
        status: 400,
        at: ["skip"],
      });
    });

    test.each(some)("$id: pages are 1 to 100 rows, and at most 10,000 are skipped", async (one) => {
      const { get } = await prepare(server, one);
      const wrong = {
        limit: ["0", "101", "-1", "1.5", "1e1", "ten", "", "0x10", " 5", "9".repeat(40)],
        skip: ["-1", "10001", "1.5", "ten", "", "9".repeat(40)],
        sort: ["up", "", "ASC", "asc;"],
        sortBy: ["id; drop table wallets.wallets", "password", "", "secret_sha256", "1"],
        cursor: ["", "x", "eyJ2IjoxfQ", "%00", "a".repeat(5_000)],
      };
      for (const [name, values] of Object.entries(wrong)) {
        for (const value of values) {
          const answer = await get({ [name]: value });
          expect([name, value, refusalOf(answer)]).toEqual([
            name,
            value,
            { status: 400, code: "malformed_request", at: [name] },
          ]);
        }
      }
      expect((await get({ limit: 100, skip: 10_000 })).status).toBe(200);
    });

    test("filters show what fits them and nothing else, also from page to page", async () => {
      const organization = await newOrganization(server);
      const { api } = organization;
      const [teamId, userId] = [await organization.make("teams"), await organization.make("users")];
      const ofTeam: Wallet[] = [];
      for (let row = 0; row < 3; row++) ofTeam.push(await organization.wallet(1_000, { teamId }));
      const [first] = ofTeam;
      await organization.wallet(0, { userId });
      const cardOfFirst = await organization.card(first?.id ?? "");
      const otherCard = await organization.card(ofTeam[1]?.id ?? "");
      const paid = await organization.pay(cardOfFirst.id, 100);
      const declined = await organization.pay(cardOfFirst.id, 5_000);
      const elsewhere = await organization.pay(otherCard.id, 100);
      const shown = async (path: string) => idsOf(dataOf(await api.get<Json[]>(path)));
      const first2 = await api.get<Json[]>(`/v1/wallets?teamId=${teamId}&limit=2`);
      const rest = `/v1/wallets?teamId=${teamId}&limit=2&cursor=${first2.page?.next}`;
      expect([...idsOf(dataOf(first2)), ...(await shown(rest))].sort()).toEqual(
        ofTeam.map(({ id }) => id).sort(),
      );
      expect(await shown(`/v1/wallets?userId=${userId}`)).toHaveLength(1);
      expect(await shown(`/v1/wallets?userId=${userId}&teamId=${teamId}`)).toEqual([]);
      expect(await shown(`/v1/cards?walletId=${first?.id}`)).toEqual([cardOfFirst.id]);
      const list = "/v1/authorizations";
      expect(await shown(`${list}?walletId=${first?.id}&sort=asc`)).toEqual([paid.id, declined.id]);
      expect(await shown(`${list}?cardId=${otherCard.id}`)).toEqual([elsewhere.id]);
      expect(await shown(`${list}?status=declined`)).toEqual([declined.id]);
      expect(await shown(`${list}?status=open&cardId=${cardOfFirst.id}`)).toEqual([paid.id]);
      expect(await shown("/v1/users?email=nobody@harbour.example")).toEqual([]);
    });
  });
};

const isFilter = ({ name }: { readonly name: string }): boolean =>
  !["sortBy", "sort", "limit", "skip", "cursor"].includes(name);

const valueOfFilter = (name: string, values: readonly unknown[] | undefined): string =>
  ({ email: "a@b.example", from: "2026-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" })[name] ??
  String(values?.[0] ?? "x");

/** Times and numbers can be compared here; PostgreSQL's order of texts is its own. */
const expectSorted = (rows: readonly Json[], field: string): void => {
  const values = rows.map((row) => row[field]);
  if (values.every((value) => typeof value === "number")) {
    expect(values).toEqual(values.toSorted((a, b) => Number(a) - Number(b)));
  } else if (field.endsWith("At")) {
    expect(values).toEqual(values.map(String).toSorted());
  }
};
