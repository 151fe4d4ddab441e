import type { PlannedRequest } from "./plan.ts";

/** A request's bytes, made once and sent often. */
export const requestBytes = (
  { method, path, body }: PlannedRequest,
  host: string,
  token: string,
  key?: string,
): Buffer => {
  const content =
    body === undefined
      ? []
      : ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`];
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${token}`,
    ...(key === undefined ? [] : [`Idempotency-Key: ${key}`]),
    ...content,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body ?? ""}`);
};

const marker = "KEY-GOES-HERE";

/** The same, but for a key that is put in when it is sent. */
export const keyedRequestBytes = (
  request: PlannedRequest,
  host: string,
  token: string,
): ((key: string) => Buffer) => {
  const bytes = requestBytes(request, host, token, marker);
  const at = bytes.indexOf(marker);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + marker.length)];
  return (key) => Buffer.concat([before, Buffer.from(key, "latin1"), after]);
};

const idField = Buffer.from('"id":"');
const idLength = 36;

/** The first `id` in an answer's body: that of the resource it is about. */
export const idIn = (body: Buffer): string => {
  const at = body.indexOf(idField);
  if (at < 0) throw new Error("an answer without an id");
  return body.toString("latin1", at + idField.length, at + idField.length + idLength);
};
