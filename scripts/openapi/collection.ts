import type { Json, JsonObject, OpenApi, OperationObject } from "./document.ts";
import { exampleValue } from "./example-value.ts";

/**
 * The API collection in Postman's format v2.1, which Postman, Insomnia and Bruno all
 * import: a folder a tag, a request an operation. Ids of what is made go into
 * variables, so that requests can be sent from top to bottom.
 */
export const apiCollection = (document: OpenApi): JsonObject => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const folders = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? "Other");
  const ids = new Set(operations.flatMap(({ path }) => pathVariables(path).map(([, id]) => id)));
  return {
    info: {
      name: "Purser",
      description: "Set baseUrl, apiKey and, for organizations, adminToken.",
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    auth: bearer("apiKey"),
    variable: [
      { key: "baseUrl", value: "http://localhost:8787" },
      { key: "apiKey", value: "" },
      { key: "adminToken", value: "" },
      ...[...ids].sort().map((key) => ({ key, value: "" })),
    ],
    item: [...folders].map(([name, entries]) => ({ name, item: entries.map(request) })),
  };
};

interface Entry {
  readonly path: string;
  readonly method: string;
  readonly operation: OperationObject;
}

const request = ({ path, method, operation }: Entry): JsonObject => {
  const query = parameters(operation, "query").map((parameter) => ({
    key: String(parameter["name"]),
    value: "",
    description: String(parameter["description"] ?? ""),
    disabled: true,
  }));
  const url = pathVariables(path).reduce(
    (text, [name, id]) => text.replace(`{${name}}`, `{{${id}}}`),
    path,
  );
  return {
    name: operation.summary,
    ...remember(path, method),
    request: {
      method: method.toUpperCase(),
      description: String(operation["description"] ?? ""),
      ...auth(operation),
      header: headers(method, operation),
      url: {
        raw: `{{baseUrl}}${url}`,
        host: ["{{baseUrl}}"],
        path: url.slice(1).split("/"),
        query,
      },
      ...body(operation),
    },
  };
};

const parameters = (operation: OperationObject, place: string): JsonObject[] =>
  ((operation["parameters"] ?? []) as JsonObject[]).filter((one) => one["in"] === place);

/** `/v1/users/{id}` is about a `userId`. */
const pathVariables = (path: string): (readonly [name: string, id: string])[] =>
  [...path.matchAll(/\/([a-z-]+)\/\{(\w+)\}/g)].map(
    ([, resource = "", name = ""]) => [name, idName(resource)] as const,
  );

const idName = (resource: string): string =>
  `${resource.replace(/s$/, "").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Id`;

const bearer = (variable: string): JsonObject => ({
  type: "bearer",
  bearer: [{ key: "token", value: `{{${variable}}}`, type: "string" }],
});

const auth = (operation: OperationObject): JsonObject => {
  const [required] = (operation["security"] ?? []) as JsonObject[];
  if (!required) return { auth: { type: "noauth" } };
  return "adminToken" in required ? { auth: bearer("adminToken") } : {};
};

const headers = (method: string, operation: OperationObject): Json[] => [
  ...(operation["requestBody"] ? [{ key: "Content-Type", value: "application/json" }] : []),
  ...(method === "post" ? [{ key: "Idempotency-Key", value: "{{$guid}}" }] : []),
];

const body = (operation: OperationObject): JsonObject => {
  const requestBody = operation["requestBody"] as JsonObject | undefined;
  const content = requestBody?.["content"] as Record<string, { schema: JsonObject }> | undefined;
  const schema = content?.["application/json"]?.schema;
  if (!schema) return {};
  const raw = JSON.stringify(exampleValue(schema), null, 2);
  return { body: { mode: "raw", raw, options: { raw: { language: "json" } } } };
};

/** Keeps the id of what a creation answers, for the requests below it. */
const remember = (path: string, method: string): JsonObject => {
  const [, resource] = /^\/v1\/([a-z-]+)$/.exec(path) ?? [];
  if (method !== "post" || resource === undefined) return {};
  const exec = [
    `if (pm.response.code === 201) pm.collectionVariables.set("${idName(resource)}", pm.response.json().data.id);`,
  ];
  return { event: [{ listen: "test", script: { type: "text/javascript", exec } }] };
};
