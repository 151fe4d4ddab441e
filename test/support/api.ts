import type { Database } from "../../src/db/database.ts";
import { contractFaults } from "./contract.ts";
import type { Problem } from "./edge.ts";

/** A running Purser as the HTTP suites see it: what the READY line says, and a look into its database. */
export interface Server {
  readonly url: string;
  readonly adminToken: string;
  readonly databaseUrl: string;
  /** How a request gets there: over the network, or into the Worker under test. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly database: Database;
  /** Where the directory's tables are, if not beside the others. */
  readonly directoryDatabase?: Database;
}

export type Json = Record<string, unknown>;

export interface Answer<T = Json> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `data` of a success; `{}` where there is none. */
  readonly data: T;
  /** `meta.page` of a list. */
  readonly page: { readonly limit: number; readonly next: string | null } | undefined;
  /** An error's document; with empty fields where the answer is a success. */
  readonly problem: Problem;
  readonly replayed: boolean;
}

export interface SendOptions {
  readonly json?: unknown;
  /** Sent as it is, in place of `json`. */
  readonly raw?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the client's own token; `null` sends none. */
  readonly token?: string | null;
  readonly key?: string;
  readonly signal?: AbortSignal;
}

export interface Client {
  send<T = Json>(method: string, path: string, options?: SendOptions): Promise<Answer<T>>;
  get<T = Json>(path: string): Promise<Answer<T>>;
  post<T = Json>(path: string, json?: unknown, key?: string): Promise<Answer<T>>;
  patch<T = Json>(path: string, json: unknown): Promise<Answer<T>>;
  delete<T = Json>(path: string): Promise<Answer<T>>;
}

const noProblem: Problem = {
  type: "",
  title: "",
  status: 0,
  detail: "",
  code: "",
  requestId: "",
  errors: [],
};

/** A client that takes no answer which docs/openapi.json does not promise. */
export const client = (server: Server, token: string | null): Client => {
  const send = async <T>(
    method: string,
    path: string,
    options: SendOptions = {},
  ): Promise<Answer<T>> => {
    const response = await server.fetch(toRequest(server, token, method, path, options));
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("Content-Type") ?? "");
    const body = (text === "" || !isJson ? undefined : JSON.parse(text)) as
      | { data?: T; meta?: { page?: Answer["page"] } }
      | undefined;
    const { status, headers } = response;
    const faults = contractFaults(method, new URL(path, server.url).pathname, {
      status,
      headers,
      body: isJson || text === "" ? body : text,
    });
    if (faults.length > 0) {
      throw new Error(`${method} ${path} broke the contract: ${faults.join("; ")}\n${text}`);
    }
    return {
      status,
      headers,
      text,
      data: (body?.data ?? {}) as T,
      page: body?.meta?.page,
      problem: status >= 400 && isJson ? (body as unknown as Problem) : noProblem,
      replayed: headers.get("Idempotency-Replayed") === "true",
    };
  };
  return {
    send,
    get: (path) => send("GET", path),
    post: (path, json, key) =>
      send("POST", path, { ...(json === undefined ? {} : { json }), ...(key ? { key } : {}) }),
    patch: (path, json) => send("PATCH", path, { json }),
    delete: (path) => send("DELETE", path),
  };
};

const toRequest = (
  server: Server,
  ownToken: string | null,
  method: string,
  path: string,
  options: SendOptions,
): Request => {
  const { json, raw, key, signal } = options;
  const token = options.token === undefined ? ownToken : options.token;
  const body = raw ?? (json === undefined ? undefined : JSON.stringify(json));
  const headers = new Headers({
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(key === undefined ? {} : { "Idempotency-Key": key }),
    ...options.headers,
  });
  const streamed = body instanceof ReadableStream ? { duplex: "half" as const } : {};
  return new Request(new URL(path, server.url), {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(signal ? { signal } : {}),
    ...streamed,
  });
};

/** The data of a success; anything else fails the test, and says why. */
export const dataOf = <T>(answer: Answer<T>): T => {
  if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.text}`);
  return answer.data;
};

/** What was refused, and where. */
export const refusalOf = ({ status, problem }: Answer<unknown>) => ({
  status,
  code: problem.code,
  at: problem.errors.map(({ pointer, parameter, header }) => pointer ?? parameter ?? header),
});

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** How often each value occurs. */
export const tally = (values: readonly (string | number | boolean)[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
};
