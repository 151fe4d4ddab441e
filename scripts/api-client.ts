/** A client of a running Purser, for scripts: an answer that is no success ends the script. */
export interface ApiClient {
  /** The answer's `data`. */
  post<T>(path: string, body: unknown, idempotencyKey?: string): Promise<T>;
  get<T>(path: string): Promise<T>;
  /** The status alone, whatever it is. */
  status(path: string): Promise<number>;
}

export const apiClient = (url: string, token: string): ApiClient => {
  const send = (
    method: string,
    path: string,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<Response> =>
    fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
  const data = async <T>(
    method: string,
    path: string,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<T> => {
    const response = await send(method, path, body, idempotencyKey);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (JSON.parse(text) as { data: T }).data;
  };
  return {
    post: (path, body, idempotencyKey) => data("POST", path, body, idempotencyKey),
    get: (path) => data("GET", path),
    status: async (path) => {
      const response = await send("GET", path);
      await response.arrayBuffer();
      return response.status;
    },
  };
};
