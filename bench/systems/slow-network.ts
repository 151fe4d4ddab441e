import { connect, createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";

export interface SlowNetwork {
  /** The database's URL, through it. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A network with a distance: every byte arrives so much later than it was sent, each way,
 * and as many of them as without it.
 */
export const slowNetwork = async (databaseUrl: string, eachWayMs: number): Promise<SlowNetwork> => {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({
      port: Number(target.port),
      host: target.hostname,
      noDelay: true,
    });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      delayed(from, to, eachWayMs);
      from.on("error", () => {});
      from.on("close", () => sockets.delete(from));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(typeof address === "object" && address ? address.port : 0);
  return {
    url: url.href,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Passes on what comes, in order, each piece when its time has come; the end too. */
export const delayed = (from: Duplex, to: Duplex, ms: number): void => {
  const later = (work: () => void): void => void setTimeout(work, ms);
  from.on("data", (bytes: Buffer) => later(() => to.write(bytes)));
  from.on("close", () => later(() => to.destroy()));
};
