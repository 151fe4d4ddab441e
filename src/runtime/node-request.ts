import { IncomingMessage } from "node:http";

/**
 * A request whose body is at hand at once if all of it came with its head, as a small one's does.
 * The adapter looks for `rawBody` before it listens to the stream, which takes longer than
 * reading the JSON in it.
 */
export class NodeRequest extends IncomingMessage {
  whole: Buffer | undefined;

  get rawBody(): Buffer | undefined {
    // Complete, it ends with this read; before, it has to be waited for.
    if (this.complete && !this.readableDidRead) this.whole = this.read() ?? undefined;
    return this.whole;
  }
}
