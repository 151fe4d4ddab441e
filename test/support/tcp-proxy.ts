import { onFileEnd } from "./cleanup.ts";
import { cutOff, startProxy, targetOf, urlThrough } from "./proxy.ts";

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
  const target = targetOf(databaseUrl);
  const proxy = await startProxy(
    () => target,
    ({ client, upstream }) => {
      client.pipe(upstream);
      upstream.pipe(client);
    },
  );
  onFileEnd(proxy.stop);
  return {
    url: urlThrough(databaseUrl, proxy),
    cut: () => {
      for (const passage of proxy.passages) cutOff(passage);
    },
    freeze: () => {
      for (const { client, upstream } of proxy.passages) {
        client.unpipe(upstream).pause();
        upstream.unpipe(client).pause();
      }
    },
  };
};
