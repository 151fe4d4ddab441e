import { onFileEnd } from "./cleanup.ts";
import { startProxy, targetOf, urlThrough } from "./proxy.ts";

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
export const countingProxy = async (
  databaseUrl: string,
  /** Asked for each connection: a server that is started again may be elsewhere. */
  target = () => targetOf(databaseUrl),
): Promise<CountingProxy> => {
  let count = 0;
  const proxy = await startProxy(target, ({ client, upstream }) => {
    const read = messages((type) => {
      if (type === "E" || type === "Q") count += 1;
    });
    client.on("data", (bytes: Buffer) => {
      read(bytes);
      upstream.write(bytes);
    });
    upstream.on("data", (bytes: Buffer) => client.write(bytes));
  });
  onFileEnd(proxy.stop);
  return { url: urlThrough(databaseUrl, proxy), count: () => count };
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
