/** One whole answer. `body` is a view that is only good until the next bytes are read. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  /** The server closes the connection after it. */
  readonly close: boolean;
}

const endOfHead = Buffer.from("\r\n\r\n");
const contentLength = /\r\ncontent-length: *(\d+)/i;
const connectionClose = /\r\nconnection: *close/i;
const noBody = new Set([204, 304]);

/**
 * The least of HTTP/1.1 (RFC 9112) that tells answers apart on a connection that carries
 * one request at a time: the status and the body by its `Content-Length`. It throws on
 * what it does not know, so that nothing is counted that was not read.
 */
export class ResponseParser {
  /** The answer so far, when it did not come in one piece. */
  #begun: Buffer | undefined;

  /** Takes in what was read; answers when the answer is whole. */
  push(bytes: Buffer): Answer | undefined {
    const all = this.#begun ? Buffer.concat([this.#begun, bytes]) : bytes;
    const head = all.indexOf(endOfHead);
    if (head < 0) return this.#wait(all);
    const fields = all.toString("latin1", 0, head);
    const status = Number(fields.slice(9, 12));
    if (!fields.startsWith("HTTP/1.") || !(status >= 200 && status <= 599)) {
      throw new Error(`not an answer: ${fields.slice(0, 40)}`);
    }
    const length = noBody.has(status) ? 0 : lengthOf(fields);
    const start = head + endOfHead.length;
    if (all.length < start + length) return this.#wait(all);
    if (all.length > start + length) throw new Error("more came than one answer");
    this.#begun = undefined;
    return { status, body: all.subarray(start), close: connectionClose.test(fields) };
  }

  /** The connection is another one. */
  reset(): void {
    this.#begun = undefined;
  }

  #wait(bytes: Buffer): undefined {
    // Copied: the buffer it was read into is used again.
    this.#begun = this.#begun === bytes ? bytes : Buffer.from(bytes);
  }
}

const lengthOf = (fields: string): number => {
  const [, length] = contentLength.exec(fields) ?? [];
  if (length === undefined) throw new Error("an answer without a Content-Length");
  return Number(length);
};
