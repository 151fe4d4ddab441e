import type { Json, JsonObject, OpenApi } from "./document.ts";

/** Leaves out what the generator writes and no reader needs. Paths stay in the order of the app's resources. */
export const tidy = (document: Json): OpenApi => {
  const { openapi, info, servers, paths, components } = clean(document) as OpenApi;
  return { openapi, info, servers: servers ?? [], paths, components };
};

const clean = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== "object") return value;
  const object = value as JsonObject;
  return Object.fromEntries(
    Object.entries(object)
      .filter(([name]) => !isNoise(name, object))
      .map(([name, member]) => [
        name,
        name === "requestBody" ? body(clean(member)) : clean(member),
      ]),
  );
};

/** A format says in a word what its pattern says in a line; a number has no pattern. */
const isNoise = (name: string, { format, type }: JsonObject): boolean =>
  name === "pattern" &&
  (["uuid", "date-time", "email"].includes(String(format)) || type === "integer");

/** A body whose members are all optional may be left out. */
const body = (requestBody: Json): Json => {
  const { content } = requestBody as { content?: Record<string, { schema?: JsonObject }> };
  const { schema } = content?.["application/json"] ?? {};
  const needed = schema === undefined || "required" in schema || !("properties" in schema);
  return { ...(requestBody as JsonObject), required: needed };
};
