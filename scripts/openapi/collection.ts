import type { Json, JsonObject, OpenApi, OperationObject } from "./document.ts";
import { exampleBody } from "./example-body.ts";

/**
 * The API collection in Postman's format v2.1, which Postman, Insomnia and Bruno all
 * import: a folder a tag, a request an operation. Ids of what one request makes go
 * into variables that the others use.
 */
export const apiCollection = (document: OpenApi): JsonObject => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const folders = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? "Other");
  const item = [...folders].map(([name, entries]) => ({ name, item: entries.map(request) }));
  const used = [...JSON.stringify(item).matchAll(/\{\{(\w+Id)\}\}/g)].map(([, id = ""]) => id);
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
      ...[...new Set(used)].sort().map((key) => ({ key, value: "" })),
    ],
    item,
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
    value: filterValue(String(parameter["name"])),
    description: String(parameter["description"] ?? ""),
    disabled: true,
  }));
  // A bulk deletion needs exactly one filter.
  const [filter] = query;
  if (method === "delete" && filter) filter.disabled = false;
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
        raw: `{{baseUrl}}${url}${rawQuery(query)}`,
        host: ["{{baseUrl}}"],
        path: url.slice(1).split("/"),
        query,
      },
      ...body(operation),
    },
  };
};

interface QueryItem {
  readonly key: string;
  readonly value: string;
  disabled: boolean;
}

const filterValue = (name: string): string => (name.endsWith("Id") ? `{{${name}}}` : "");

const rawQuery = (query: readonly QueryItem[]): string => {
  const enabled = query.filter(({ disabled }) => !disabled);
  return enabled.length === 0
    ? ""
    : `?${enabled.map((one) => `${one.key}=${one.value}`).join("&")}`;
};

const parameters = (operation: OperationObject, place: string): JsonObject[] =>
  ((operation["parameters"] ?? []) as JsonObject[]).filter((one) => one["in"] === place);

/** `/v1/users/{id}` is about a `userId`. */
export const pathVariables = (path: string): (readonly [name: string, id: string])[] =>
  [...path.matchAll(/\/([a-z-]+)\/\{(\w+)\}/g)].map(
    ([, resource = "", name = ""]) => [name, idName(resource)] as const,
  );

export const idName = (resource: string): string =>
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
  const example = exampleBody(operation);
  if (example === undefined) return {};
  const raw = JSON.stringify(example, null, 2);
  return { body: { mode: "raw", raw, options: { raw: { language: "json" } } } };
};

/** Keeps the id of what a creation answers, for the requests below it. */
const remember = (path: string, method: string): JsonObject => {
  const [, resource] = /^\/v1\/([a-z-]+)$/.exec(path) ?? [];
  if (method !== "post" || resource === undefined) return {};
  const exec = [
    "const { data } = pm.response.json();",
    `if (data) pm.collectionVariables.set("${idName(resource)}", data.id);`,
    // An organization comes with its first key.
    ...(resource === "organizations"
      ? ['if (data?.apiKey) pm.collectionVariables.set("apiKey", data.apiKey);']
      : []),
  ];
  return { event: [{ listen: "test", script: { type: "text/javascript", exec } }] };
};
