import fc from "fast-check";
import { type JsonSchema, resolved } from "../support/contract.ts";
import type { Tree } from "./attempt.ts";
import { knownValue } from "./field-values.ts";

/** More than this many items only where the schema wants them: each of a batch is a command. */
const usualItems = 3;

/** Values that a request schema of the document allows, and that mostly mean something. */
export const valuesOf = (
  documented: JsonSchema,
  path: readonly string[] = [],
): fc.Arbitrary<Tree> => {
  const schema = resolved(documented);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => valuesOf(one, path)));
  if (schema.type === "null") return fc.constant(null);
  const known = knownValue(path, schema);
  if (known) return known;
  if (schema.enum) return fc.constantFrom(...(schema.enum as Tree[]));
  switch (schema.type) {
    case "object":
      return objectsOf(schema, path);
    case "array":
      return arraysOf(schema, path);
    case "integer":
      return fc.integer({ min: Number(schema["minimum"] ?? 0), max: Number(schema["maximum"]) });
    case "boolean":
      return fc.boolean();
    case "string":
      return textsOf(schema);
    default:
      throw new Error(`test/fuzz/schema-values.ts knows no values of ${JSON.stringify(schema)}`);
  }
};

/** Optional members are mostly absent. */
const presence = fc.constantFrom(...Array(7).fill(false), ...Array(3).fill(true));

const objectsOf = (schema: JsonSchema, path: readonly string[]): fc.Arbitrary<Tree> => {
  const { properties, required = [] } = schema;
  if (!properties) return dictionariesOf(schema);
  const members = Object.entries(properties).map(([name, property]) =>
    fc.record({
      name: fc.constant(name),
      present: required.includes(name) ? fc.constant(true) : presence,
      value: valuesOf(property, [...path, name]),
    }),
  );
  return fc.tuple(...members).map((all) => {
    const present = all.filter(({ present }) => present);
    // A limit or a list of controls that says nothing is refused.
    const kept = present.length === 0 && path.length > 0 ? all.slice(0, 1) : present;
    return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
  });
};

const dictionariesOf = (schema: JsonSchema): fc.Arbitrary<Tree> =>
  fc.dictionary(
    textsOf(schema["propertyNames"] as JsonSchema),
    textsOf(schema["additionalProperties"] as JsonSchema),
    { maxKeys: 4 },
  );

const arraysOf = (schema: JsonSchema, path: readonly string[]): fc.Arbitrary<Tree> => {
  const least = Number(schema["minItems"] ?? 0);
  const items = valuesOf(schema["items"] as JsonSchema, path);
  return fc.array(items, { minLength: least, maxLength: Math.max(least, usualItems) });
};

/** Line breaks and other controls are no line of text. */
const isLine = (text: string): boolean =>
  text.trim() !== "" && text.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(text);

const textsOf = (schema: JsonSchema): fc.Arbitrary<string> => {
  if (typeof schema["pattern"] === "string")
    return fc.stringMatching(new RegExp(schema["pattern"]));
  if (schema["format"] !== undefined) {
    throw new Error(`test/fuzz/field-values.ts lacks a text with the format ${schema["format"]}`);
  }
  const most = Math.min(Number(schema["maxLength"] ?? 30), 30);
  const lengths = { minLength: Math.min(Number(schema["minLength"] ?? 1), most), maxLength: most };
  return fc.oneof(
    { weight: 6, arbitrary: fc.stringMatching(/^[A-Za-z][A-Za-z0-9 .,'&-]{5,20}[a-z]$/) },
    { weight: 2, arbitrary: fc.string(lengths).filter(isLine) },
    // Also letters that take several units, or that combine.
    {
      weight: 1,
      arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter(isLine),
    },
  );
};
