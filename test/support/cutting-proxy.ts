import { onFileEnd } from "./cleanup.ts";
import { cutOff, startProxy, targetOf, urlThrough } from "./proxy.ts";

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
  const target = targetOf(databaseUrl);
  let needle = "";
  let left = 0;
  let cuts = 0;
  let hanging = false;

  const proxy = await startProxy(
    () => target,
    (passage) => {
      const { client, upstream } = passage;
      let doomed = false;
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
          cutOff(passage);
        } else {
          client.write(data);
        }
      });
    },
  );
  onFileEnd(proxy.stop);
  return {
    url: urlThrough(databaseUrl, proxy),
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
      if (!now) for (const passage of proxy.passages) cutOff(passage);
    },
  };
};

/** PostgreSQL sends `ReadyForQuery` once the statement's transaction has ended. */
const endsStatement = (data: Buffer): boolean => {
  const end = data.subarray(-6);
  return end[0] === 0x5a && end.readUInt32BE(1) === 5;
};
