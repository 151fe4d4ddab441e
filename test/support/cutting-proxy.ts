import { connect, createServer, type Socket } from "node:net";
import { onFileEnd } from "./cleanup.ts";

export interface CuttingProxy {
  /** The database's URL, through the proxy. */
  readonly url: string;
  /** How often an answer was withheld and the connection cut. */
  readonly cuts: number;
  /**
   * Cuts a connection on which `text` is sent when PostgreSQL says that the statement has
   * ended, before anybody is told: it took effect and its answer is lost. `times` at most.
   */
  cutAnswersTo(text: string, times?: number): void;
  /** Forwards nothing in either direction while `true`, as a network that is gone does. */
  hang(hanging: boolean): void;
}

/** A TCP proxy in front of PostgreSQL that fails as networks do, when it is told to. */
export const cuttingProxy = async (databaseUrl: string): Promise<CuttingProxy> => {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let needle = "";
  let left = 0;
  let cuts = 0;
  let hanging = false;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let doomed = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (data) => {
      if (hanging) return;
      if (left > 0 && data.includes(needle)) {
        left -= 1;
        doomed = true;
      }
      upstream.write(data);
    });
    upstream.on("data", (data) => {
      if (hanging) return;
      if (doomed && endsStatement(data)) {
        cuts += 1;
        client.destroy();
      } else {
        client.write(data);
      }
    });
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
  return {
    url: url.href,
    get cuts() {
      return cuts;
    },
    cutAnswersTo: (text, times = 1) => {
      needle = text;
      left = times;
    },
    hang: (now) => {
      hanging = now;
      // What was swallowed is lost, so these connections are of no more use.
      if (!now) for (const socket of sockets) socket.destroy();
    },
  };
};

/** PostgreSQL sends `ReadyForQuery` once the statement's transaction has ended. */
const endsStatement = (data: Buffer): boolean => {
  const end = data.subarray(-6);
  return end[0] === 0x5a && end.readUInt32BE(1) === 5;
};
