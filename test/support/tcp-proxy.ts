import { connect, createServer, type Socket } from "node:net";
import { onFileEnd } from "./cleanup.ts";

export interface TcpProxy {
  /** The database's URL, through the proxy. */
  readonly url: string;
  /** Cuts every connection, as a restart of the server does. */
  cut(): void;
  /** Forwards nothing more on the connections there are, as a lost route does; new ones work. */
  freeze(): void;
}

/** A network to the database that can be made to fail. */
export const tcpProxy = async (databaseUrl: string): Promise<TcpProxy> => {
  const target = new URL(databaseUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.pipe(to);
      from.on("error", () => {});
      from.on("close", () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = new URL(databaseUrl);
  url.port = String(typeof address === "object" && address ? address.port : 0);
  const cut = (): void => {
    for (const [client, upstream] of pairs) {
      client.destroy();
      upstream.destroy();
    }
  };
  onFileEnd(async () => {
    cut();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: url.href,
    cut,
    freeze: () => {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream).pause();
        upstream.unpipe(client).pause();
      }
    },
  };
};
