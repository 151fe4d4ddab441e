import { cutOff, type Passage, startProxy } from "../support/proxy.ts";

/** Where in the middle of a statement a connection is cut. */
export const cutPlaces = ["request", "answer", "half an answer"] as const;

export type CutPlace = (typeof cutPlaces)[number];

/** Which of the two directions carries nothing. */
export type Direction = "to the server" | "to the client" | "both";

export interface Wire {
  /** Where clients connect to. */
  readonly port: number;
  /** How many connections were cut in the middle of a statement, and of a commit of a command. */
  readonly cuts: { readonly statements: number; readonly commits: number };
  /** From now on the server is there. */
  leadTo(port: number): void;
  /**
   * Cuts every connection that there is, in the middle of what it carries next: before the
   * server has all of a request, or when it answers; with `commitsOnly` when that is the commit
   * of a command. Those that carry nothing such for `patienceMs` are cut as they are.
   */
  cut(place: CutPlace, patienceMs: number, commitsOnly?: boolean): Promise<void>;
  /** Holds all bytes back, those of new connections too; answers how to let them go. */
  stall(direction: Direction): () => void;
  stop(): Promise<void>;
}

/** Clients' idempotency keys have this before them wherever a commit carries them. */
const commandMark = "client:";

interface Doom {
  readonly place: CutPlace;
  readonly commitsOnly: boolean;
  /** What it carries is the commit of a command. */
  commit: boolean;
}

const strikes = ({ commitsOnly, commit }: Doom): boolean => commit || !commitsOnly;

/** A network between Purser and its database, or its clients and Purser, that can be made to fail. */
export const startWire = async (port = 0): Promise<Wire> => {
  const target = { hostname: "127.0.0.1", port };
  const dooms = new Map<Passage, Doom>();
  const stalls = new Set<Direction>();
  const cuts = { statements: 0, commits: 0 };

  const cutMidway = (passage: Passage, { commit }: Doom): void => {
    dooms.delete(passage);
    cuts.statements += 1;
    if (commit) cuts.commits += 1;
  };

  const hold = ({ client, upstream }: Passage): void => {
    if (stalls.has("both") || stalls.has("to the server")) client.pause();
    if (stalls.has("both") || stalls.has("to the client")) upstream.pause();
  };

  const carry = (passage: Passage): void => {
    const { client, upstream } = passage;
    client.on("data", (bytes) => {
      const doom = dooms.get(passage);
      if (doom) doom.commit = bytes.includes(commandMark);
      if (doom?.place === "request" && strikes(doom)) {
        cutMidway(passage, doom);
        upstream.end(bytes.subarray(0, bytes.length >> 1));
        client.destroy();
      } else {
        upstream.write(bytes);
      }
    });
    upstream.on("data", (bytes) => {
      const doom = dooms.get(passage);
      if (!doom || doom.place === "request" || !strikes(doom)) {
        client.write(bytes);
        return;
      }
      cutMidway(passage, doom);
      if (doom.place === "answer") cutOff(passage);
      else {
        client.end(bytes.subarray(0, bytes.length >> 1));
        upstream.destroy();
      }
    });
    client.on("close", () => dooms.delete(passage));
    hold(passage);
  };

  const proxy = await startProxy(() => target, carry);
  return {
    port: proxy.port,
    cuts,
    leadTo: (next) => {
      target.port = next;
    },
    cut: async (place, patienceMs, commitsOnly = false) => {
      const doomed = [...proxy.passages];
      for (const passage of doomed) dooms.set(passage, { place, commitsOnly, commit: false });
      await new Promise((resolve) => setTimeout(resolve, patienceMs));
      for (const passage of doomed) cutOff(passage);
    },
    stall: (direction) => {
      stalls.add(direction);
      for (const passage of proxy.passages) hold(passage);
      return () => {
        stalls.delete(direction);
        for (const { client, upstream } of proxy.passages) {
          client.resume();
          upstream.resume();
        }
      };
    },
    stop: proxy.stop,
  };
};
