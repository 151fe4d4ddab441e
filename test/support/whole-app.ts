import { freshSecrets } from "../../scripts/secrets.ts";
import { builtAssets } from "../../src/runtime/built-assets.ts";
import { startProcess } from "../../src/runtime/process.ts";
import { onFileEnd } from "./cleanup.ts";
import { testDatabase } from "./database.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON that was answered; `undefined` if none was. */
  readonly body: { readonly code?: string } | undefined;
  /** Its `data`. */
  readonly data: unknown;
}

/** Sends one request; `body` is sent as JSON, or as it is if it is text. */
export type Send = (
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** Purser as Node runs it, without its socket, on a database of this file's own. */
export const wholeApp = async (): Promise<{ readonly send: Send; readonly adminToken: string }> => {
  const { url } = await testDatabase();
  const secrets = freshSecrets();
  const { app, close } = startProcess(
    { ...secrets, DATABASE_URL: url, LOG_LEVEL: "silent", RATE_LIMIT_PER_SECOND: "100000" },
    "node",
    builtAssets(),
  );
  onFileEnd(close);
  const send: Send = async (token, method, path, body, headers = {}) => {
    const response = await app.request(path, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const isJson = response.headers.get("Content-Type")?.includes("json");
    const text = await response.text();
    const answered = isJson && text ? JSON.parse(text) : undefined;
    const { status, headers: answeredHeaders } = response;
    return { status, headers: answeredHeaders, body: answered, data: answered?.data };
  };
  return { send, adminToken: secrets.ADMIN_TOKEN };
};
