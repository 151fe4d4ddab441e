import {
  crlf,
  deposit,
  harmless,
  health,
  lines,
  one,
  type Piece,
  type RawCase,
  type RawTarget,
  users,
} from "./raw-case.ts";
import { framings } from "./raw-framings.ts";
import { headerLines, hosts, requestLines } from "./raw-heads.ts";

/** What is right, however it arrives. */
const good = (target: RawTarget): RawCase[] => {
  const body = `{"email":"${crypto.randomUUID()}@fuzz.example"}`;
  const half = body.length >> 1;
  const last = (request: string): string =>
    request.replace(crlf, `${crlf}Connection: close${crlf}`);
  const creation = lines(
    "POST /v1/users HTTP/1.1",
    "Connection: close",
    `Host: ${target.host}`,
    `Authorization: Bearer ${target.key}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "",
    "",
  );
  const three = health(target) + users(target) + last(health(target));
  const slowly = [...last(users(target))].flatMap((letter, at) =>
    at % 16 ? [letter] : [letter, 1],
  );
  const right = (
    name: string,
    answers: readonly number[],
    ...pieces: readonly Piece[]
  ): RawCase => ({
    name,
    pieces,
    requests: answers.length,
    answers,
    open: true,
  });
  return [
    right("three requests at once", [200, 200, 200], three),
    right("a request letter by letter", [200], ...slowly),
    right("a body in pieces", [201], creation + body.slice(0, half), 30, body.slice(half)),
    right("empty lines before a request", [200], crlf + last(health(target))),
    { ...one("a request and garbage", users(target), "\u0000\u0001garbage\r\n\r\n"), requests: 2 },
    { ...one("a body and garbage", `${creation}${body}`, "}}garbage\r\n\r\n"), requests: 2 },
    one("lines that end in LF", health(target).replaceAll(crlf, "\n")),
    one(
      "a body that is asked for first and does not come",
      deposit(target, ["Expect: 100-continue", "Content-Length: 5"], ""),
    ),
  ];
};

/** What never comes to its end. */
const unfinished = (target: RawTarget): RawCase[] => [
  one("nothing at all"),
  one("half a line", "GET /hea"),
  one("half a head", lines("GET /health HTTP/1.1", "Host: ")),
  one("half a body", deposit(target, ["Content-Length: 100"], harmless)),
  one("half a chunk", deposit(target, ["Transfer-Encoding: chunked"], `64${crlf}{"amount"`)),
  one("chunks without an end", deposit(target, ["Transfer-Encoding: chunked"], `1${crlf}{${crlf}`)),
  // Refused at once, and the connection again when it ends.
  {
    ...one(
      "a body larger than allowed that is only announced",
      deposit(target, ["Content-Length: 99999999"], "{"),
    ),
    requests: 2,
  },
];

const otherProtocols: readonly RawCase[] = [
  one(
    "a TLS hello",
    Uint8Array.from([0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03]),
    new Uint8Array(200).fill(0x3c),
  ),
  one("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", new Uint8Array(9)),
  one("SSH", "SSH-2.0-OpenSSH_9.9\r\n"),
  one("SMTP", "EHLO evil.example\r\n"),
  one("Redis", "*1\r\n$4\r\nPING\r\n"),
  one("PostgreSQL", Uint8Array.from([0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f])),
  one(
    "a proxy's preface",
    "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n",
  ),
];

/** Bytes that HTTP forbids, or that stretch it. */
export const rawCases = (target: RawTarget): RawCase[] => [
  ...requestLines(target),
  ...headerLines(target),
  ...hosts,
  ...framings(target),
  ...good(target),
  ...unfinished(target),
  ...otherProtocols,
];
