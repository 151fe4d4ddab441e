import { connect, createServer, type Socket } from "node:net";

/** A client's connection and the one that carries it on. */
export interface Passage {
  readonly client: Socket;
  readonly upstream: Socket;
}

export interface Proxy {
  readonly port: number;
  /** The connections there are. */
  readonly passages: ReadonlySet<Passage>;
  stop(): Promise<void>;
}

/**
 * Listens on the loopback interface and connects each client to `target`; `carry` lets the
 * bytes pass, as it likes. Where one side ends, the other is given what it still has to get.
 */
export const startProxy = async (
  target: () => { readonly hostname: string; readonly port: number },
  carry: (passage: Passage) => void,
): Promise<Proxy> => {
  const passages = new Set<Passage>();
  const server = createServer((client) => {
    const { hostname, port } = target();
    const passage = { client, upstream: connect(port, hostname) };
    passages.add(passage);
    for (const [from, to] of [
      [passage.client, passage.upstream],
      [passage.upstream, passage.client],
    ] as const) {
      // Not for each statement's last bytes, which Nagle would keep back.
      from.setNoDelay(true);
      from.on("error", () => {});
      from.on("close", () => {
        passages.delete(passage);
        to.destroySoon();
      });
    }
    carry(passage);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    passages,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const passage of passages) cutOff(passage);
      await closed;
    },
  };
};

/** Ends both sides at once; what has not been passed on is lost. */
export const cutOff = ({ client, upstream }: Passage): void => {
  client.destroy();
  upstream.destroy();
};

/** Where a URL leads, for a proxy in front of it. */
export const targetOf = (url: string): { readonly hostname: string; readonly port: number } => {
  const { hostname, port } = new URL(url);
  return { hostname, port: Number(port) };
};

/** The same URL by way of a proxy. */
export const urlThrough = (url: string, { port }: Pick<Proxy, "port">): string => {
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(port);
  return through.href;
};
