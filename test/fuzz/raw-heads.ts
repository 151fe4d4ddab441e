import { lines, one, type RawCase, type RawTarget } from "./raw-case.ts";

/** Request lines that are none, or lead astray. */
export const requestLines = (target: RawTarget): RawCase[] =>
  [
    "",
    "GET",
    "GET /health",
    "GET /health HTTP/9.9",
    "GET /health HTTP/1.1 again",
    "GET  /health  HTTP/1.1",
    "GET\t/health\tHTTP/1.1",
    "GET /health http/1.1",
    "GET /health HTTP/1.01",
    "G\u0000T /health HTTP/1.1",
    "GÉT /health HTTP/1.1",
    "GET /health\u0000 HTTP/1.1",
    "GET /health\u00e9\u00ff HTTP/1.1",
    "GET /v1/users/\u00c3\u00a9 HTTP/1.1",
    "GET health HTTP/1.1",
    "GET * HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "GET http://evil.example/health HTTP/1.1",
    "GET ftp://evil.example/health HTTP/1.1",
    "GET http://user:password@evil.example/v1/users HTTP/1.1",
    "GET //evil.example/v1/users HTTP/1.1",
    "GET /\\evil.example/v1/users HTTP/1.1",
    "GET /../../etc/passwd HTTP/1.1",
    "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
    "GET /docs/..%2f..%2fpackage.json HTTP/1.1",
    "GET /docs/....//....//package.json HTTP/1.1",
    "GET /docs/%00 HTTP/1.1",
    "GET /docs/..\\..\\package.json HTTP/1.1",
    "CONNECT 127.0.0.1:1 HTTP/1.1",
    "TRACE /health HTTP/1.1",
    "TRACK /health HTTP/1.1",
    "DEBUG /health HTTP/1.1",
    "PRI * HTTP/2.0",
    `${"A".repeat(9_000)} /health HTTP/1.1`,
    `GET /${"a".repeat(9_000)} HTTP/1.1`,
    `GET /${"a".repeat(90_000)} HTTP/1.1`,
    `GET /health?${"a&".repeat(5_000)} HTTP/1.1`,
  ].map((line) =>
    one(
      `the line ${JSON.stringify(line.slice(0, 60))}`,
      lines(line, `Host: ${target.host}`, "", ""),
    ),
  );

/** Header lines that are none, or two where one may be. */
export const headerLines = (target: RawTarget): RawCase[] =>
  [
    ["no colon", "Nothing"],
    ["a space before the colon", "X-A : 1"],
    ["a space before the name", " X-A: 1"],
    ["a folded line", "X-A: 1", "\tand more"],
    ["an empty name", ": 1"],
    ["a NUL", "X-A: a\u0000b"],
    ["a bare CR", "X-A: a\rSet-Cookie: b=c"],
    ["a bare LF", "X-A: a\nX-B: b"],
    ["a control", "X-A: \u0001\u0008\u007f"],
    ["no ASCII in its name", "X-\u00e9: 1"],
    ["a second host", "Host: evil.example"],
    ["a line that is too long", `X-A: ${"a".repeat(90_000)}`],
    ["a name that is too long", `${"a".repeat(90_000)}: 1`],
    ["too many lines", ...Array.from({ length: 5_000 }, (_, at) => `X-${at}: 1`)],
    ["two keys", `Authorization: Bearer ${target.key}`, "Authorization: Bearer x"],
    ["an unknown expectation", "Expect: the-unexpected"],
    [
      "an upgrade to HTTP/2",
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQAAP__",
    ],
    [
      "an upgrade to a socket",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ],
    ["a connection that names lines", "Connection: Authorization, Host, close"],
  ].map(([name = "", ...more]) =>
    one(
      `a header with ${name}`,
      lines("GET /v1/users HTTP/1.1", `Host: ${target.host}`, ...more, "", ""),
    ),
  );

/** Hosts that name nobody. */
export const hosts: readonly RawCase[] = [
  one("no host", lines("GET /health HTTP/1.1", "", "")),
  one("no host, in HTTP/1.0", lines("GET /health HTTP/1.0", "", "")),
  ...[
    "",
    " ",
    "a b",
    "a/b",
    "a?b",
    "a@b",
    "[::1",
    "127.0.0.1:99999",
    "\u00e9",
    "-",
    "a,b",
    "x".repeat(5_000),
    "%00",
  ].map((host) =>
    one(
      `the host ${JSON.stringify(host.slice(0, 20))}`,
      lines("GET /health HTTP/1.1", `Host: ${host}`, "", ""),
    ),
  ),
];
