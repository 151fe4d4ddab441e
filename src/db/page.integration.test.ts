import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { testDatabase } from "../../test/support/database.ts";
import { directoryOn, newActor, newId, times, valueFrom } from "../../test/support/directory.ts";
import type { Actor } from "../domain/actor.ts";
import type { Directory } from "../domain/directory/directory.ts";
import type { User, UserSort } from "../domain/directory/users/user.ts";
import type { Page, PagePosition, PageRequest } from "../domain/page.ts";
import type { Database } from "./database.ts";
import { pageStatement } from "./page.ts";
import { statement } from "./statement.ts";

const database = await testDatabase();

/** Many users at few distinct times and with few distinct names, so that ties are the rule. */
const populate = (db: Database, organizationId: string, count: number) =>
  db.run(
    statement(
      "test.populate",
      sql`insert into directory.users (id, organization_id, email, name, created_at, updated_at)
      select gen_random_uuid(), ${organizationId}::uuid, 'User' || n || '@b.example',
        case when n % 3 = 0 then null else 'Name ' || n % 7 end,
        timestamptz '2026-01-01' + (n / 10) * interval '1 millisecond',
        timestamptz '2026-01-01' + (n % 10) * interval '1 millisecond'
      from generate_series(1, ${count}::int) n`,
    ),
  );

/** Reads the whole list page by page; `between` runs after each page. */
const readAll = async (
  directory: Directory,
  actor: Actor,
  order: Pick<PageRequest<UserSort>, "sortBy" | "sort" | "limit">,
  between: () => Promise<unknown> = async () => {},
): Promise<User[]> => {
  const users: User[] = [];
  let after: PagePosition | null = null;
  do {
    const request: PageRequest<UserSort> = { ...order, skip: 0, ...(after ? { after } : {}) };
    const page: Page<User> = valueFrom(await directory.listUsers(actor, request, {}));
    users.push(...page.items);
    after = page.next;
    await between();
  } while (after);
  return users;
};

const fields: readonly UserSort[] = ["createdAt", "updatedAt", "email", "name"];

describe.each(["postgres", "neon"] as const)("pages through %s", (driver) => {
  const db = database[driver]();
  const directory = directoryOn(db);

  it.each(fields)("by %s show each of 1000 rows once, in order, both ways", async (sortBy) => {
    const actor = await newActor(directory);
    await populate(db, actor.organizationId, 1000);
    const up = await readAll(directory, actor, { sortBy, sort: "asc", limit: 97 });
    const down = await readAll(directory, actor, { sortBy, sort: "desc", limit: 100 });
    expect(new Set(up.map((user) => user.id)).size).toBe(1000);
    expect(up).toHaveLength(1000);
    expect(down).toEqual(up.toReversed());
    const values = up.map((user) => String(user[sortBy] ?? "").toLowerCase());
    expect(values).toEqual(values.toSorted());
  });

  it.each(["asc", "desc"] as const)(
    "%s show what was there exactly once while rows arrive",
    async (sort) => {
      const actor = await newActor(directory);
      await populate(db, actor.organizationId, 1000);
      const there = await readAll(directory, actor, { sortBy: "email", sort: "asc", limit: 100 });
      const arrive = () =>
        Promise.all(times(5, () => directory.createUser(actor, { email: `${newId()}@b.example` })));
      let pages = 0;
      const seen = await readAll(directory, actor, { sortBy: "createdAt", sort, limit: 50 }, () =>
        // Arrivals end, or a list that grows at its end would have none.
        pages++ < 20 ? arrive() : Promise.resolve(),
      );
      const ids = seen.map((user) => user.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(there.filter((user) => !ids.includes(user.id))).toEqual([]);
      expect(ids.length).toBe(sort === "asc" ? 1100 : 1000);
    },
  );

  it("skip rows, and say that there is a next page only if there is one", async () => {
    const actor = await newActor(directory);
    await populate(db, actor.organizationId, 20);
    const order = { sortBy: "email", sort: "asc" } as const;
    const all = await readAll(directory, actor, { ...order, limit: 100 });
    const page = async (skip: number, limit: number) =>
      valueFrom(await directory.listUsers(actor, { ...order, skip, limit }, {}));
    expect((await page(5, 10)).items).toEqual(all.slice(5, 15));
    expect((await page(5, 10)).next).toEqual({
      value: all[14]?.email.toLowerCase(),
      id: all[14]?.id,
    });
    expect((await page(10, 10)).next).toBe(null);
    expect((await page(0, 20)).next).toBe(null);
    expect(await page(10_000, 10)).toEqual({ items: [], next: null });
  });

  it("keep apart what lies within one millisecond in other tables", async () => {
    const sortColumns = { at: { expression: sql`at`, type: "instant" } } as const;
    const from = sql`(select n, lpad(n::text, 32, '0')::uuid as id,
      timestamptz '2026-01-01' + n * interval '1 microsecond' as at
      from generate_series(1, 9) n) t`;
    const query = { name: "test", columns: sql`n, id`, from, where: [sql`true`], sortColumns };
    const seen: unknown[] = [];
    let after: PagePosition | undefined;
    do {
      const request = { sortBy: "at", sort: "asc", limit: 2, skip: 0 } as const;
      const rows = await db.run(pageStatement(query, after ? { ...request, after } : request));
      const shown = rows.slice(0, 2);
      seen.push(...shown.map((row) => row["n"]));
      const last = shown.at(-1);
      after =
        rows.length > 2 && last
          ? { value: String(last["page_value"]), id: String(last["id"]) }
          : undefined;
    } while (after);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("lists", () => {
  it.each(fields)("by %s read their order from an index", async (sortBy) => {
    const db = database.postgres();
    const [quiet, busy] = [await newActor(directoryOn(db)), await newActor(directoryOn(db))];
    await populate(db, busy.organizationId, 5000);
    await populate(db, quiet.organizationId, 5000);
    await db.run(statement("test", sql`analyze directory.users`));
    let plan = "";
    const explaining: Database = {
      ...db,
      run: async (query) => {
        const rows = await db.run({ ...query, text: `explain ${query.text}` });
        plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
        return [];
      },
    };
    const after = {
      value: sortBy.endsWith("At") ? "2026-01-01T00:00:00.100Z" : "name 3",
      id: newId(),
    };
    const request = { sortBy, sort: "desc", limit: 10, skip: 0, after } as const;
    await directoryOn(explaining).listUsers(busy, request, {});
    expect(plan).toMatch(/Index Scan( Backward)? using users_/);
    expect(plan).not.toContain("Seq Scan");
    expect(plan).not.toMatch(/-> +Sort/);
  });
});
