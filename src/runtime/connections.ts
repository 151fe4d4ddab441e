import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Server as NetServer } from "node:net";

/** A client that has been quiet for so long is taken to have nothing on its way. */
const quietMs = 1_000;

interface Connection {
  /**
   * Requests that wait for their answers. An array, because a set leaves behind, now and then,
   * a table with the requests that it had: the collector took most of them for alive.
   */
  readonly asked: IncomingMessage[];
  quietSince: number;
}

/**
 * The connections of an HTTP server, so that it can stop without cutting off a request.
 *
 * Node ends connections that are idle as soon as a server closes, also those on which a
 * client has just sent its next request; and it waits, without a limit, for those on which
 * nothing was sent at all. So this keeps book itself.
 */
export class Connections {
  readonly #server: Server;
  readonly #all = new Map<Socket, Connection>();

  constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#all.set(socket, { asked: [], quietSince: performance.now() });
      socket.once("close", () => this.#all.delete(socket));
    });
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const connection = this.#all.get(request.socket);
      if (!connection) return;
      connection.asked.push(request);
      response.once("close", () => {
        connection.asked.splice(connection.asked.indexOf(request), 1);
        connection.quietSince = performance.now();
      });
    });
  }

  /** Whether an answer on this connection is the last one that it waits for. */
  isLastAnswer(socket: Socket): boolean {
    return (this.#all.get(socket)?.asked.length ?? 0) <= 1;
  }

  /**
   * Takes no more connections, and ends those there are: each once it is quiet. After
   * `graceMs` all of them; answers whether nobody who had asked was left without an answer.
   */
  async drain(graceMs: number): Promise<boolean> {
    const deadline = performance.now() + graceMs;
    // Not the HTTP server's own `close`, which ends the idle ones at once.
    const closed = new Promise<void>((resolve) => {
      NetServer.prototype.close.call(this.#server, () => resolve());
    });
    let unanswered = 0;
    const timer = setInterval(() => {
      const now = performance.now();
      for (const [socket, { asked, quietSince }] of this.#all) {
        const isQuiet = asked.length === 0 && now - quietSince >= quietMs;
        if (!isQuiet && now < deadline) continue;
        // Who has not sent all of a request has asked nothing yet.
        unanswered += asked.filter(({ complete }) => complete).length;
        this.#all.delete(socket);
        socket.destroy();
      }
    }, 20);
    await closed;
    clearInterval(timer);
    // Ends Node's own look-out for connections that are too slow.
    this.#server.close();
    return unanswered === 0;
  }
}
