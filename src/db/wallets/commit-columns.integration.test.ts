import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { testDatabase } from "../../../test/support/database.ts";
import { layoutOf } from "./commit-columns.ts";

const database = await testDatabase();
const arrays = layoutOf(["keys"]);
const values = layoutOf(["keys"], "one");
const none = {
  wallets: [],
  events: [],
  postings: [],
  newPayments: [],
  changedPayments: [],
  changedCards: [],
  newCards: [],
  operations: [],
};

describe.each(["postgres", "neon"] as const)("columns through %s", (driver) => {
  const db = database[driver]();
  const read = async (
    texts: readonly (string | null)[],
    { rows, params } = arrays,
  ): Promise<unknown[]> => {
    const keys = texts.map((k, g) => ({ g, w: "00000000-0000-7000-8000-000000000000", l: 1, k }));
    const text = `select k from ${rows("keys", "r")} order by g`;
    const found = await db.run({ name: "test.keys", text, params: params({ ...none, keys }) });
    return found.map(({ k }) => k);
  };

  it("arrive as they were, whatever an array's text would make of them", async () => {
    const texts = [
      ...["", " ", "NULL", "null", "{}", "{,}", ",", '"', "\\", '\\"', "a\\nb", "'", "$1"],
      ...["a\nb", "\r\t\u0001\u001f\u007f", "ä", "😀", "\u2028", '{"a":"\\"\\\\\\u0000"}'],
      null,
    ];
    expect(await read(texts)).toEqual(texts);
    expect(await read([])).toEqual([]);
    expect(await read([null])).toEqual([null]);
    for (const one of texts) expect(await read([one], values)).toEqual([one]);
    expect(await read([], values)).toEqual([]);
  });

  it("arrive as they were, whatever they are", async () => {
    const text = fc
      .string({ unit: "binary" })
      // PostgreSQL's texts have neither.
      .filter((one) => !one.includes("\0") && one.isWellFormed());
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
        expect(await read(texts)).toEqual(texts);
        expect(await read(texts.slice(0, 1), values)).toEqual(texts.slice(0, 1));
      }),
      { numRuns: 100 },
    );
  });

  describe.each(["any", "one"] as const)("of JSON, of %s row", (room) => {
    const json = layoutOf(["events", "operations"], room);
    const id = "00000000-0000-7000-8000-000000000000";
    const readJson = async (records: readonly unknown[]) => {
      const run = room === "one" ? records.slice(0, 1) : records;
      const given = {
        ...none,
        keys: [],
        events: run.map((record, s) => ({
          s,
          w: id,
          d: record === null ? null : JSON.stringify(record),
        })),
        operations: run.map((record, s) => ({ s, id, record })),
      };
      const text = `select e.d, o.record from ${json.rows("events", "e")}
        join ${json.rows("operations", "o")} on e.s = o.s order by e.s`;
      const found = await db.run({ name: "test.json", text, params: json.params(given) });
      expect(found.map(({ d }) => d)).toEqual(given.events.map(({ d }) => d));
      expect(found.map(({ record }) => record)).toEqual(run);
    };

    it("arrive as they were, nulls and line breaks among them", async () => {
      await readJson([{ a: 'x"\\\n\r\t,{}' }, null, [], "a\nb", "", 0, false, {}, null]);
      await readJson([null, { a: 1 }]);
      await readJson([null, null]);
      await readJson([null]);
      await readJson([]);
      await readJson([{ a: "\u2028\u007f😀\\u0041" }]);
    });
  });
});

it("a text with a second line is not written: that would be the next row's", () => {
  const events = [{ w: "", s: 1, d: '{\n"a":1}' }];
  const write = () => layoutOf(["events"]).params({ ...none, keys: [], events });
  expect(write).toThrow("not JSON as JSON.stringify writes it");
});
