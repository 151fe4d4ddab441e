import { connect, type Socket } from "node:net";
import { type Answer, ResponseParser } from "./response-parser.ts";

/** Carries one request at a time; `undefined` if it was lost without an answer. */
export interface Exchange {
  exchange(request: Buffer, done: (answer: Answer | undefined) => void): void;
}

/** Read into by every connection, one after the other: an answer is looked at before the next. */
const readBuffer = Buffer.allocUnsafe(64 * 1024);

/**
 * A raw kept connection: a request is one write of bytes that were made before, an answer
 * a status and a length. An HTTP client would cost more than the server that is measured.
 * It connects when it must, also after the server has closed it.
 */
export class Connection implements Exchange {
  readonly #port: number;
  readonly #parser = new ResponseParser();
  #socket: Socket | undefined;
  #done: ((answer: Answer | undefined) => void) | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  exchange(request: Buffer, done: (answer: Answer | undefined) => void): void {
    if (this.#done) throw new Error("the connection carries a request already");
    this.#done = done;
    this.#socket ??= this.#connect();
    this.#socket.write(request);
  }

  /** What is under way stays without an answer. */
  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#parser.reset();
    socket?.destroy();
    this.#settle(undefined);
  }

  #connect(): Socket {
    const socket = connect({
      host: "127.0.0.1",
      port: this.#port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          if (socket === this.#socket) this.#read(readBuffer.subarray(0, length));
          return true;
        },
      },
    });
    socket.on("error", () => {});
    socket.on("end", () => this.#lost(socket));
    socket.on("close", () => this.#lost(socket));
    return socket;
  }

  #read(bytes: Buffer): void {
    let answer: Answer | undefined;
    try {
      answer = this.#parser.push(bytes);
    } catch {
      this.close();
      return;
    }
    if (!answer) return;
    if (answer.close) {
      this.#socket?.destroy();
      this.#socket = undefined;
    }
    this.#settle(answer);
  }

  #lost(socket: Socket): void {
    if (socket === this.#socket) this.close();
  }

  #settle(answer: Answer | undefined): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(answer);
  }
}
