import { Agent, request } from "node:http";

export interface Call {
  readonly edge: number;
  readonly method: string;
  readonly path: string;
  /** The pattern that the metrics call it by. */
  readonly route: string;
  readonly token?: string;
  readonly key?: string;
  readonly json?: unknown;
}

/** A call, and what its client saw of it. Times are in milliseconds since the epoch. */
export interface Seen {
  readonly call: Call;
  readonly sentAt: number;
  /** Neither, if the connection ended before the answer did. */
  status?: number;
  answeredAt?: number;
}

export interface Load {
  /** Every call that was ever sent. */
  readonly seen: readonly Seen[];
  send(call: Call): Promise<{ readonly status: number; readonly text: string }>;
  /** Sends them all over so many connections, each call as soon as one is free. */
  drive(calls: Iterable<Call>, connections: number): Promise<void>;
}

/** A client that keeps its connections alive, and book of what it was answered. */
export const loadOn = (urls: readonly string[]): Load => {
  const agent = new Agent({ keepAlive: true });
  const seen: Seen[] = [];

  const send = async (call: Call): Promise<{ status: number; text: string }> => {
    const record: Seen = { call, sentAt: Date.now() };
    seen.push(record);
    const answer = await exchange(agent, urls[call.edge] ?? "", call);
    record.status = answer.status;
    record.answeredAt = Date.now();
    return answer;
  };

  return {
    seen,
    send,
    drive: async (calls, connections) => {
      const left = calls[Symbol.iterator]();
      const connection = async (): Promise<void> => {
        for (let next = left.next(); !next.done; next = left.next()) {
          // What got no answer is in the book.
          await send(next.value).catch(() => {});
        }
      };
      await Promise.all(Array.from({ length: connections }, connection));
    },
  };
};

const exchange = (agent: Agent, url: string, call: Call) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const { method, path, token, key, json } = call;
    const body = json === undefined ? undefined : JSON.stringify(json);
    const headers = {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { "Idempotency-Key": key }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    };
    const sent = request(new URL(path, url), { agent, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
