import type { Param } from "../database.ts";

/**
 * Both drivers send every parameter as text and let PostgreSQL infer its type
 * from the statement, so that a value means the same on both: postgres.js would
 * otherwise cut a timestamp to milliseconds and encode a JSON text twice.
 */
export const textParams = (params: readonly Param[]): (string | null)[] =>
  params.map((param) => (param === null ? null : String(param)));

type Parse = (text: string) => unknown;

const number: Parse = (text) => Number(text);
const json: Parse = (text) => JSON.parse(text);

/** `2026-11-02 09:30:00.123456+00`, made the one form that every runtime must parse alike. */
const timestamp: Parse = (text) =>
  // Sessions are in UTC but for a role that says otherwise.
  text.endsWith("+00") && text[10] === " "
    ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
    : new Date(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));

/** One-dimensional arrays, as `{a,"b c",NULL}`. */
const array =
  (element: Parse): Parse =>
  (text) => {
    const items = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [];
    return items.map((item) => {
      if (item === "NULL") return null;
      return element(item.startsWith('"') ? item.slice(1, -1).replace(/\\(.)/g, "$1") : item);
    });
  };

const text: Parse = (value) => value;

/** By type oid; every other type (int8 and numeric among them) stays text. */
const parsers: Readonly<Record<number, Parse>> = {
  // Text too, but postgres.js would make something else of them if they were not named.
  17: text, // bytea
  1082: text, // date
  1114: text, // timestamp without time zone
  16: (value) => value === "t", // boolean
  21: number, // int2
  23: number, // int4
  26: number, // oid
  700: number, // float4
  701: number, // float8
  114: json,
  3802: json, // jsonb
  1184: timestamp, // timestamptz
  1005: array(number), // int2[]
  1007: array(number), // int4[]
  1009: array(text), // text[]
  1015: array(text), // varchar[]
  1016: array(text), // int8[]
  2951: array(text), // uuid[]
};

export const parserOf = (typeOid: number): Parse => parsers[typeOid] ?? text;

export const parsedTypes: readonly number[] = Object.keys(parsers).map(Number);
