import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { WebSocketServer } from "ws";

/** Things that go wrong on a real network, made to happen by a test. */
export interface Faults {
  /** Answer `true` to let the database apply the request and then cut the connection unanswered. */
  dropAnswer?: (statement: string) => boolean;
  /** Answer `true` to cut the connection before the database sees the request. */
  dropRequest?: (statement: string) => boolean;
  /** Added before each answer. */
  latencyMs?: number;
}

export interface NeonEndpoint {
  /** Where the driver's `fetchEndpoint` must point. */
  readonly url: string;
  stop(): Promise<void>;
}

interface Query {
  readonly query: string;
  readonly params?: readonly (string | null)[];
}

interface Answer {
  readonly command: string;
  readonly rowCount: number | null;
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly rowAsArray: true;
}

const isolationLevels: Readonly<Record<string, string>> = {
  ReadUncommitted: "read uncommitted",
  ReadCommitted: "read committed",
  RepeatableRead: "repeatable read",
  Serializable: "serializable",
};

/** Neon refuses larger bodies too. */
const largestBodyBytes = 64 * 1024 * 1024;

/**
 * Speaks the protocol of Neon's SQL-over-HTTP endpoint, and of its WebSocket
 * proxy, in front of an ordinary PostgreSQL, so that development and tests use
 * the real driver. It serves whatever database the request's connection string
 * names, as Neon does, and listens on the loopback interface only.
 */
export const startNeonEndpoint = async (
  options: { readonly faults?: Faults; readonly connections?: number } = {},
): Promise<NeonEndpoint> => {
  const faults = options.faults ?? {};
  const pools = new Map<string, pg.Pool>();
  const poolFor = (connectionString: string): pg.Pool => {
    const known = pools.get(connectionString);
    if (known) return known;
    const pool = new pg.Pool({
      connectionString,
      max: options.connections ?? 20,
      // Values travel as PostgreSQL wrote them; the driver parses.
      types: { getTypeParser: () => (value: string) => value } as pg.CustomTypesConfig,
    });
    // A database dropped under an idle connection is no reason to end.
    pool.on("error", () => {});
    pool.on("connect", (client) => client.on("error", () => {}));
    pools.set(connectionString, pool);
    return pool;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== "POST" || request.url !== "/sql") return send(response, 404, {});
    const connectionString = request.headers["neon-connection-string"];
    if (typeof connectionString !== "string") {
      return send(response, 400, { message: "Neon-Connection-String is missing" });
    }
    const body = await readBody(request);
    if (body === undefined) return send(response, 413, { message: "request is too large" });
    if (faults.dropRequest?.(body)) return void request.socket.destroy();
    const outcome = await execute(poolFor(connectionString), request, JSON.parse(body));
    if (faults.latencyMs) await sleep(faults.latencyMs);
    if (faults.dropAnswer?.(body)) return void request.socket.destroy();
    send(response, outcome.status, outcome.body);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      send(response, 500, { message: error instanceof Error ? error.message : "unknown" });
    });
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => proxy(sockets, request, socket, head));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/sql`,
    stop: async () => {
      for (const client of sockets.clients) client.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
};

const execute = async (
  pool: pg.Pool,
  request: IncomingMessage,
  body: Query | { readonly queries: readonly Query[] },
): Promise<{ status: number; body: unknown }> => {
  let client: pg.PoolClient | undefined;
  let broken = true;
  try {
    client = await pool.connect();
    if (!("queries" in body)) {
      const answer = await query(client, body);
      broken = false;
      return { status: 200, body: answer };
    }
    await client.query(beginOf(request));
    const results: Answer[] = [];
    for (const one of body.queries) results.push(await query(client, one));
    await client.query("commit");
    broken = false;
    return { status: 200, body: { results } };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    if (error.severity === "ERROR" && client) {
      await client.query("rollback");
      broken = false;
    }
    const { message, severity, code, detail, hint, position, where, schema } = error;
    const { table, column, dataType, constraint, file, line, routine } = error;
    const place = { where, schema, table, column, dataType, constraint, file, line, routine };
    return { status: 400, body: { message, severity, code, detail, hint, position, ...place } };
  } finally {
    client?.release(broken);
  }
};

const query = async (client: pg.PoolClient, { query: text, params }: Query): Promise<Answer> => {
  const config = { text, values: [...(params ?? [])], rowMode: "array", queryMode: "extended" };
  const result = await client.query(config as pg.QueryArrayConfig<(string | null)[]>);
  return {
    command: result.command,
    rowCount: result.rowCount,
    fields: result.fields,
    rows: result.rows as (string | null)[][],
    rowAsArray: true,
  };
};

const beginOf = (request: IncomingMessage): string => {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === "string" ? value : undefined;
  };
  const isolation = isolationLevels[header("neon-batch-isolation-level") ?? "ReadCommitted"];
  const access = header("neon-batch-read-only") === "true" ? "read only" : "read write";
  const deferrable = header("neon-batch-deferrable") === "true" ? "deferrable" : "not deferrable";
  return `begin isolation level ${isolation ?? "read committed"} ${access} ${deferrable}`;
};

/** A WebSocket carries PostgreSQL's own protocol to the address that it names. */
const proxy = (
  sockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const [host, port] = (url.searchParams.get("address") ?? "").split(":");
  // Anything else would be an open proxy into the machine's network.
  if (url.pathname !== "/v1" || !["127.0.0.1", "localhost"].includes(host ?? "")) {
    socket.destroy();
    return;
  }
  sockets.handleUpgrade(request, socket, head, (client) => {
    const upstream = connect(Number(port), "127.0.0.1");
    client.on("message", (data) => upstream.write(data as Buffer));
    upstream.on("data", (data) => client.send(data));
    client.on("close", () => upstream.destroy());
    client.on("error", () => upstream.destroy());
    upstream.on("close", () => client.close());
    upstream.on("error", () => client.close());
  });
};

const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const send = (response: ServerResponse, status: number, body: unknown): void => {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};
