import { Agent, request } from "node:http";

/** A request exactly as it is sent: names as written, doubled lines, any path. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | undefined;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly milliseconds: number;
}

/** How a request gets to the server; rejects where no whole answer comes. */
export type Wire = (sent: WireRequest) => Promise<WireAnswer>;

/** Well below the time after which servers close idle connections, since both at once is a reset. */
const idleMs = 2_000;

/** Over connections that are kept, as clients do; `deadlineMs` is how long an answer may take. */
export const openWire = (url: string, deadlineMs: number): { wire: Wire; close: () => void } => {
  const { hostname, port, host } = new URL(url);
  const agent = new Agent({ keepAlive: true, timeout: idleMs });
  const wire: Wire = (sent) =>
    new Promise((resolve, reject) => {
      const started = performance.now();
      const outgoing = request({
        agent,
        hostname,
        port,
        method: sent.method,
        path: sent.target,
        // Flat pairs are sent as they are; then nothing is added to them.
        headers: ["Host", host, ...framing(sent), ...sent.headers.flat()],
        setHost: false,
      });
      const late = setTimeout(
        () => outgoing.destroy(new Error(`no answer within ${deadlineMs} ms`)),
        deadlineMs,
      );
      outgoing.once("close", () => clearTimeout(late));
      outgoing.once("error", reject);
      outgoing.once("response", (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.once("error", reject);
        incoming.once("aborted", () => reject(new Error("the answer breaks off")));
        incoming.once("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: toHeaders(incoming.rawHeaders),
            text: Buffer.concat(chunks).toString("utf8"),
            milliseconds: performance.now() - started,
          }),
        );
      });
      outgoing.end(sent.body);
    });
  return { wire, close: () => agent.destroy() };
};

const framing = ({ body }: WireRequest): string[] =>
  body === undefined ? [] : ["Content-Length", String(body.length)];

const toHeaders = (raw: readonly string[]): Headers => {
  const headers = new Headers();
  for (let at = 0; at < raw.length; at += 2) headers.append(raw[at] ?? "", raw[at + 1] ?? "");
  return headers;
};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A header as an argument; a key is named as the variable that has it. */
const headerOf = (name: string, value: string, keys: ReadonlyMap<string, string>): string => {
  for (const [secret, variable] of keys) {
    if (value === `Bearer ${secret}`) return `-H "${name}: Bearer $${variable}"`;
  }
  // An empty value is sent only if the line ends in a semicolon.
  return `-H ${quoted(value === "" ? `${name};` : `${name}: ${value}`)}`;
};

/** What is longer than this goes to the body from a pipe, in base64. */
const longestArgument = 4_000;

/** The request as a line for a shell, with a variable's name for each secret of `keys`. */
export const curlOf = (
  url: string,
  sent: WireRequest,
  keys: ReadonlyMap<string, string>,
): string => {
  const headers = sent.headers.map(([name, value]) => headerOf(name, value, keys));
  const line = (rest: readonly string[]): string =>
    [
      `curl -sS -i --path-as-is -X ${sent.method}`,
      ...headers,
      ...rest,
      quoted(new URL(url).origin + sent.target),
    ].join(" ");
  if (sent.body === undefined) return line([]);
  const text = Buffer.from(sent.body).toString("utf8");
  const isPlain = Buffer.from(text).equals(sent.body) && !/[\p{Cc}]/u.test(text);
  if (isPlain && text.length <= longestArgument) return line([`--data-binary ${quoted(text)}`]);
  const encoded = Buffer.from(sent.body).toString("base64");
  return `base64 -d <<< ${encoded} | ${line(["--data-binary @-"])}`;
};
