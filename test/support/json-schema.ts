import type { JsonObject } from "../../scripts/openapi/document.ts";
import { resolve } from "./operations.ts";

/**
 * How a value differs from a schema of the OpenAPI document: wrong types and listed
 * values, members that are missing, and members that are not documented.
 */
export const differences = (documented: JsonObject, value: unknown, at = ""): string[] => {
  const schema = resolve(documented);
  const alternatives = (schema["anyOf"] ?? schema["oneOf"]) as JsonObject[] | undefined;
  if (alternatives) {
    const found = alternatives.map((one) => differences(one, value, at));
    return found.some((one) => one.length === 0) ? [] : (found[0] ?? []);
  }
  const types = [schema["type"] ?? []].flat() as string[];
  if (types.length > 0 && !types.some((type) => isOf(type, value))) {
    return [`${at || "/"} is no ${types.join(" or ")}: ${JSON.stringify(value)}`];
  }
  const listed = schema["enum"] as unknown[] | undefined;
  if (listed && !listed.includes(value)) return [`${at} is not listed: ${JSON.stringify(value)}`];
  if (Array.isArray(value)) {
    const items = (schema["items"] ?? {}) as JsonObject;
    return value.flatMap((item, index) => differences(items, item, `${at}/${index}`));
  }
  if (typeof value !== "object" || value === null || !schema["properties"]) return [];
  return memberDifferences(schema, value as Record<string, unknown>, at);
};

const memberDifferences = (
  schema: JsonObject,
  value: Record<string, unknown>,
  at: string,
): string[] => {
  const properties = schema["properties"] as Record<string, JsonObject>;
  const required = (schema["required"] ?? []) as string[];
  const missing = required
    .filter((name) => !(name in value))
    .map((name) => `${at}/${name} is missing`);
  const members = Object.entries(value).flatMap(([name, member]) => {
    const property = properties[name];
    return property
      ? differences(property, member, `${at}/${name}`)
      : [`${at}/${name} is not documented`];
  });
  return [...missing, ...members];
};

const isOf = (type: string, value: unknown): boolean => {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isSafeInteger(value);
    default:
      return typeof value === type;
  }
};
