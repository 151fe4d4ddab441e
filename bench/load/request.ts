import type { PlannedRequest } from "./plan.ts";

/** A request's bytes, made once and sent often. */
export const requestBytes = (
  { method, path, body }: PlannedRequest,
  host: string,
  token: string,
): Buffer => {
  const content =
    body === undefined
      ? []
      : ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`];
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${token}`,
    ...content,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body ?? ""}`);
};

const idField = Buffer.from('"id":"');
const idLength = 36;

/** The first `id` in an answer's body: that of the resource it is about. */
export const idIn = (body: Buffer): string => {
  const at = body.indexOf(idField);
  if (at < 0) throw new Error("an answer without an id");
  return body.toString("latin1", at + idField.length, at + idField.length + idLength);
};
