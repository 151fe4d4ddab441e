import { createServer, connect as open, type Socket } from "node:net";
import { onFileEnd } from "./cleanup.ts";

export interface CountingProxy {
  /** The database's URL, through the proxy. */
  readonly url: string;
  /** How many statements the clients have told the server to run, so far. */
  count(): number;
}

/**
 * Stands between a client and PostgreSQL and counts what runs: `Execute` and simple `Query`
 * messages of PostgreSQL's own protocol. It knows nothing of drivers, so it cannot be fooled
 * by how they count.
 */
export const countingProxy = async (databaseUrl: string): Promise<CountingProxy> => {
  let count = 0;
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = open(Number(target.port), target.hostname);
    const read = messages((type) => {
      if (type === "E" || type === "Q") count += 1;
    });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    client.on("data", (bytes: Buffer) => {
      read(bytes);
      upstream.write(bytes);
    });
    upstream.on("data", (bytes: Buffer) => client.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onFileEnd(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(typeof address === "object" && address ? address.port : 0);
  return { url: url.href, count: () => count };
};

/** Tells the type of every message: a byte, then a length; only the first message has no type. */
const messages = (onMessage: (type: string) => void) => {
  let pending: Buffer = Buffer.alloc(0);
  let started = false;
  return (bytes: Buffer): void => {
    pending = Buffer.concat([pending, bytes]);
    for (;;) {
      const head = started ? 1 : 0;
      if (pending.length < head + 4) return;
      const length = head + pending.readInt32BE(head);
      if (pending.length < length) return;
      if (started) onMessage(String.fromCharCode(pending[0] ?? 0));
      started = true;
      pending = pending.subarray(length);
    }
  };
};
