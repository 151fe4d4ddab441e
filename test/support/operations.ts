import openapi from "../../docs/openapi.json" with { type: "json" };
import { pathVariables } from "../../scripts/openapi/collection.ts";
import type { Json, JsonObject, OpenApi, OperationObject } from "../../scripts/openapi/document.ts";
import { exampleBody } from "../../scripts/openapi/example-body.ts";

export const document = openapi as unknown as OpenApi;

/** One operation of the committed OpenAPI document, so that a new route cannot escape these tests. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With `{{...Id}}` in its places. */
  readonly path: string;
  /** The names of the ids in its path. */
  readonly pathIds: readonly string[];
  readonly query: readonly JsonObject[];
  readonly body: Json | undefined;
  readonly isAdmin: boolean;
  readonly documented: OperationObject;
}

export const operations: readonly Operation[] = Object.entries(document.paths)
  .filter(([path]) => path.startsWith("/v1/"))
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]): Operation => {
      const variables = pathVariables(path);
      return {
        id: documented.operationId,
        method: method.toUpperCase(),
        path: variables.reduce((text, [name, id]) => text.replace(`{${name}}`, `{{${id}}}`), path),
        pathIds: variables.map(([, id]) => id),
        query: ((documented["parameters"] ?? []) as JsonObject[]).filter(
          (parameter) => parameter["in"] === "query",
        ),
        body: exampleBody(documented),
        isAdmin: JSON.stringify(documented["security"]).includes("adminToken"),
        documented,
      };
    }),
  );

/** What a local `$ref` leads to. */
export const resolve = (schema: JsonObject): JsonObject => {
  const ref = schema["$ref"];
  if (typeof ref !== "string") return schema;
  const found = ref
    .slice(2)
    .split("/")
    .reduce<Json | undefined>((at, name) => (at as JsonObject | undefined)?.[name], document);
  return resolve(found as JsonObject);
};
