import type { Json, JsonObject } from "./document.ts";

/** A plausible value of a request schema: its required members, with values that pass. */
export const exampleValue = (schema: JsonObject, name = ""): Json => {
  if (schema["$ref"]) return {};
  if (schema["examples"]) return (schema["examples"] as Json[])[0] ?? null;
  if (schema["default"] !== undefined) return schema["default"];
  if (schema["const"] !== undefined) return schema["const"];
  if (schema["enum"]) return (schema["enum"] as Json[])[0] ?? null;
  const alternatives = (schema["anyOf"] ?? schema["oneOf"]) as JsonObject[] | undefined;
  if (alternatives) return exampleValue(alternatives[0] ?? {}, name);
  switch (schema["type"]) {
    case "object":
      return exampleObject(schema);
    case "array":
      return [exampleValue((schema["items"] ?? {}) as JsonObject, name)];
    case "integer":
    case "number":
      return Math.max(1_000, Number(schema["minimum"] ?? 0));
    case "boolean":
      return true;
    case "string":
      return exampleText(schema, name);
    default:
      return null;
  }
};

const exampleObject = (schema: JsonObject): Json => {
  const properties = (schema["properties"] ?? {}) as Record<string, JsonObject>;
  const required = (schema["required"] ?? []) as string[];
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => required.includes(name))
      .map(([name, property]) => [name, exampleValue(property, name)]),
  );
};

/** Texts that mean something are told by their names. */
const texts: Readonly<Record<string, string>> = {
  currency: "EUR",
  timezone: "UTC",
  name: "Example",
  cvv: "123",
  // The test number of the networks' documentation.
  number: "4111111111111111",
};

const exampleText = ({ format }: JsonObject, name: string): string => {
  // Unique, so that a second run does not collide; the clients fill these in.
  if (format === "email") return "{{$randomUserName}}@example.com";
  if (format === "uuid") return `{{${name}}}`;
  if (format === "date-time") return "2027-01-01T00:00:00Z";
  return texts[name] ?? "example";
};
