import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { RawCase } from "./raw-case.ts";

export interface RawOutcome {
  /** Statuses of all answers, interim ones left out. */
  readonly statuses: readonly number[];
  readonly text: string;
  /** The server ended the connection, in whatever way. */
  readonly closed: boolean;
}

/** The server has so long to answer or to close, once it was told that no more comes. */
const patienceMs = 10_000;

/** Writes a case to a connection of its own and reads all that comes back. */
export const exchangeRaw = (
  url: string,
  { pieces, open }: Pick<RawCase, "pieces" | "open">,
): Promise<RawOutcome> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const chunks: Buffer[] = [];
    let done = false;
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const finish = (closed: boolean): void => {
      if (done) return;
      done = true;
      clearTimeout(late);
      socket.destroy();
      const text = Buffer.concat(chunks).toString("latin1");
      resolve({ statuses: statusesIn(text), text, closed });
    };
    const late = setTimeout(() => finish(false), patienceMs);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.once("end", () => finish(true));
    // A reset is an end, too; what was answered before it counts.
    socket.once("error", () => finish(true));
    socket.once("close", () => finish(true));
    socket.once("connect", async () => {
      for (const piece of pieces) {
        if (done) return;
        if (typeof piece === "number") await sleep(piece);
        else socket.write(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece);
      }
      if (!open) socket.end();
    });
  });

/** Answers to JSON have no line that begins so. */
const statusesIn = (text: string): number[] =>
  [...text.matchAll(/(?:^|[}\n])HTTP\/1\.[01] ([2-9]\d\d)\b/g)].map(([, status]) => Number(status));
