import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import openapi from "../../docs/openapi.json" with { type: "json" };

/** An operation of docs/openapi.json: what the suites are generated from. */
export interface Operation {
  readonly id: string;
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** With its parameters in braces. */
  readonly path: string;
  readonly pathParameters: readonly string[];
  readonly query: readonly QueryParameter[];
  /** The request body's schema, references resolved at the top. */
  readonly body: JsonSchema | undefined;
  /** The scope that a key needs, or who else may call it. */
  readonly access: string | "admin" | "public";
  readonly successStatus: number;
  /** The types that a success can come in. */
  readonly media: readonly string[];
  readonly isList: boolean;
}

export interface QueryParameter {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Readonly<Record<string, unknown>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, JsonSchema>>;
}

type Documented = Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;

/** In answers what is not documented is a fault, though clients must bear it. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, at]) => [key, closed(at)]));
  const isObject = copy["type"] === "object" && typeof copy["properties"] === "object";
  return isObject && !("additionalProperties" in copy)
    ? { ...copy, additionalProperties: false }
    : copy;
};

const paths = openapi.paths as unknown as Documented;
const answerComponents = closed(openapi.components) as JsonSchema;

/** What a reference of the document leads to. */
export const resolved = (schema: JsonSchema): JsonSchema => {
  const reference = schema["$ref"];
  if (typeof reference !== "string") return schema;
  const found = reference
    .slice(2)
    .split("/")
    .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], openapi);
  return resolved(found as JsonSchema);
};

const accessOf = ({ security = [] }: DocumentedOperation): string => {
  const [needed] = security;
  if (!needed) return "public";
  return "adminToken" in needed ? "admin" : (needed["apiKey"]?.[0] ?? "public");
};

const toOperation = (path: string, method: string, documented: DocumentedOperation): Operation => {
  const query = (documented.parameters ?? []).filter((parameter) => parameter["in"] === "query");
  const body = documented.requestBody?.content["application/json"]?.schema;
  const successStatus = Number(Object.keys(documented.responses).find((status) => status < "300"));
  return {
    id: documented.operationId,
    method: method.toUpperCase() as Operation["method"],
    path,
    pathParameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""),
    query: query.map((parameter) => ({
      name: String(parameter["name"]),
      required: parameter["required"] === true,
      schema: parameter["schema"] as JsonSchema,
    })),
    body: body && resolved(body),
    access: accessOf(documented),
    successStatus,
    media: Object.keys(documented.responses[successStatus]?.["content"] ?? {}),
    isList: query.some((parameter) => parameter["name"] === "cursor"),
  };
};

export const allOperations: readonly Operation[] = Object.entries(paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, documented]) => toOperation(path, method, documented)),
);

/** Without what operators and probes ask, which has no tenant and no envelope. */
export const operations = allOperations.filter(({ path }) => path.startsWith("/v1/"));

const pattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`);

const routes = allOperations.map((operation) => ({ operation, form: pattern(operation.path) }));

/** The operation that a request reaches. A path without parameters comes first. */
export const operationOf = (method: string, path: string): Operation | undefined => {
  const matching = routes.filter(
    ({ operation, form }) => operation.method === method && form.test(path),
  );
  const exact = matching.find(({ operation }) => operation.path === path);
  return (exact ?? matching[0])?.operation;
};

export interface AnswerToCheck {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const validators = new Map<string, Validator>();

const validatorOf = (name: string, schema: unknown): Validator => {
  let validator = validators.get(name);
  if (!validator) {
    const whole = { ...(closed(schema) as Schema), components: answerComponents };
    validator = new Validator(whole as Schema, "2020-12", false);
    validators.set(name, validator);
  }
  return validator;
};

/** How a value breaks a schema of the document. */
export const schemaFaults = (name: string, schema: unknown, value: unknown): string[] => {
  const { valid, errors } = validatorOf(name, schema).validate(value);
  return valid ? [] : errors.map(inWords);
};

const inWords = ({ instanceLocation, error }: OutputUnit): string => `${instanceLocation} ${error}`;

const problemSchema = { $ref: "#/components/schemas/Problem" };

/** Everything in which an answer differs from what docs/openapi.json promises. */
export const contractFaults = (method: string, path: string, answer: AnswerToCheck): string[] => {
  const operation = operationOf(method, path);
  return [
    ...envelopeFaults(answer),
    ...(operation ? documentedFaults(operation, answer) : unroutedFaults(answer)),
  ];
};

const documentedFaults = (operation: Operation, answer: AnswerToCheck): string[] => {
  const { status, headers, body } = answer;
  const documented = paths[operation.path]?.[operation.method.toLowerCase()];
  const response = documented?.responses[String(status)];
  if (!response) return [`status ${status} is not documented`];
  const content = resolved(response)["content"] as
    | Readonly<Record<string, { schema: JsonSchema }>>
    | undefined;
  if (!content) return body === undefined ? [] : ["an answer without documented content has some"];
  const type = headers.get("Content-Type")?.split(";")[0] ?? "";
  const media = content[type];
  if (!media) return [`the type ${type} is not documented`];
  if (type.startsWith("text/") || type.includes("openmetrics")) return [];
  return schemaFaults(`${operation.id} ${status} ${type}`, media.schema, body);
};

/** The codes that a problem of an operation may have with a status, as the document's words say. */
export const documentedCodes = (operation: Operation, status: number): readonly string[] => {
  const documented = paths[operation.path]?.[operation.method.toLowerCase()];
  const response = documented?.responses[String(status)];
  const text = response ? String(resolved(response)["description"]) : "";
  return [...text.matchAll(/`(\w+)`:/g)].map(([, code]) => code ?? "");
};

const unroutedFaults = ({ status, body, headers }: AnswerToCheck): string[] => {
  const type = headers.get("Content-Type") ?? "";
  if (status < 400 || !type.includes("json")) return [];
  return schemaFaults("problem", problemSchema, body);
};

/** What every answer has, whatever the operation. */
const envelopeFaults = ({ status, headers, body }: AnswerToCheck): string[] => {
  const requestId = headers.get("X-Request-Id") ?? "";
  const faults = /^[A-Za-z0-9._-]{1,64}$/.test(requestId) ? [] : [`X-Request-Id is ${requestId}`];
  const said = body as { requestId?: unknown; meta?: { requestId?: unknown }; status?: unknown };
  if (status >= 400) {
    const type = headers.get("Content-Type") ?? "";
    if (!type.startsWith("application/problem+json")) faults.push(`an error of type ${type}`);
    else {
      if (said?.requestId !== requestId) faults.push("requestId is not the header's");
      if (said?.status !== status) faults.push("status is not the answer's");
    }
    if (status === 503 || status === 429) {
      if (!headers.get("Retry-After")) faults.push("Retry-After is missing");
    }
  } else if (typeof said?.meta === "object" && said.meta?.requestId !== requestId) {
    faults.push("meta.requestId is not the header's");
  }
  return faults;
};
