import type { Json, JsonObject, OpenApi, OperationObject } from "./document.ts";

/**
 * Moves what operations answer as `data` to named components, so that clients
 * generated from the document have one type a resource. The reading operation names
 * it (`getWallet` answers a `Wallet`); what only one operation answers is named after that.
 */
export const nameSchemas = (document: OpenApi): OpenApi => {
  const answers = Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap((operation) => dataOf(operation).map((schema) => ({ operation, schema })));
  const byShape = Map.groupBy(answers, ({ schema }) => JSON.stringify(schema));
  const names = new Map<string, string>();
  for (const [shape, group] of byShape) {
    const ids = group.map(({ operation }) => operation.operationId);
    const name = nameOf(ids);
    if ([...names.values()].includes(name)) throw new Error(`two schemas are named ${name}`);
    names.set(shape, name);
  }
  const schemas = [...names].map(([shape, name]): Named => [name, JSON.parse(shape)]);
  const paths = JSON.parse(JSON.stringify(document.paths), (key, value) => {
    const isAnswer = key === "data" || key === "items";
    const name = isAnswer ? names.get(JSON.stringify(value)) : undefined;
    return name ? { $ref: `#/components/schemas/${name}` } : value;
  });
  const existing = document.components["schemas"] as JsonObject;
  return {
    ...document,
    paths,
    components: {
      ...document.components,
      schemas: Object.fromEntries([...schemas, ...Object.entries(existing)].sort(byName)),
    },
  };
};

type Named = [name: string, schema: Json];

const byName = ([a]: Named, [b]: Named): number => (a < b ? -1 : 1);

/** The schema of a resource in the envelope of an answer, or of a list's items. */
const dataOf = (operation: OperationObject): JsonObject[] =>
  Object.values((operation["responses"] ?? {}) as Record<string, JsonObject>).flatMap(
    (response) => {
      const content = response["content"] as Record<string, { schema?: JsonObject }> | undefined;
      const schema = content?.["application/json"]?.schema;
      const data = (schema?.["properties"] as Record<string, JsonObject> | undefined)?.["data"];
      const item = data?.["type"] === "array" ? (data["items"] as JsonObject) : data;
      return item?.["type"] === "object" ? [item] : [];
    },
  );

const nameOf = (ids: readonly string[]): string => {
  const reading = ids.find((id) => id.startsWith("get"));
  if (reading) return reading.slice("get".length);
  const [first = ""] = ids;
  return `${first[0]?.toUpperCase()}${first.slice(1)}Result`;
};
