import fc from "fast-check";

type Header = readonly [name: string, value: string];

const some = (name: string, values: readonly string[]): Header[] =>
  values.map((value) => [name, value]);

/** Header lines that HTTP allows; what it does not allow is sent by raw-cases.ts. */
const lines: readonly Header[] = [
  ...some("Content-Type", [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/json; charset=utf-7",
    "application/json;charset=UTF-8",
    'application/json; charset="utf-8"',
    "application/json; charset=utf-8; charset=utf-16",
    "application/json, text/html",
    "application/merge-patch+json",
    "APPLICATION/JSON",
    "json",
    "*/*",
    "",
    "x".repeat(3_000),
  ]),
  ...some("Accept", [
    "text/csv",
    "text/html;q=;;",
    "*/*;q=0",
    "application/xml",
    "x".repeat(3_000),
  ]),
  // Not `identity;q=0`: wrangler answers that itself, after Purser has.
  ...some("Accept-Encoding", ["gzip, br, zstd", "gzip;q=0"]),
  ...some("Accept-Language", ["xx-YY-zz;q=2", "*"]),
  ...some("Idempotency-Key", [
    "",
    " ",
    "a b",
    "k",
    "x".repeat(255),
    "x".repeat(256),
    "\u00e9",
    "__proto__",
  ]),
  ...some("Purser-Consistency-Token", [
    "",
    "1.0.1",
    "1.3w5e11264sgsf.3w5e11264sgsf",
    "1.3w5e11264sgsg.0",
    "1.zzzzzzzzzzzzz.0",
    "1.-1.0",
    "1..",
    "2.a",
    "1.0.1, 1.1.0",
    "x".repeat(65),
    "\u00e9",
  ]),
  ...some("X-Request-Id", [
    "ok-1.2_3",
    "x".repeat(64),
    "x".repeat(65),
    "a b",
    "<script>",
    "\u00e9",
    "\u0024{jndi:ldap://127.0.0.1/a}",
    "%0d%0aSet-Cookie:a=b",
  ]),
  ...some("traceparent", [
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-00000000000000000000000000000000-0000000000000000-00",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-zz-zz-00",
    "x".repeat(500),
  ]),
  ...["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"].map(
    (name): Header => [name, "DELETE"],
  ),
  ...["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix"].map(
    (name): Header => [name, "/v1/organizations"],
  ),
  ...["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP"].map(
    (name): Header => [name, "for=127.0.0.1, ' or 1=1"],
  ),
  ...some("X-Forwarded-Host", ["evil.example"]),
  ...some("X-Forwarded-Proto", ["javascript"]),
  ...some("Origin", ["https://evil.example", "null"]),
  ...some("Access-Control-Request-Method", ["DELETE"]),
  ...some("Cookie", ["a=b; ".repeat(200), "apiKey=1; session=__proto__"]),
  ...some("If-None-Match", ["*"]),
  ...some("If-Modified-Since", ["Sat, 01 Jan 2000 00:00:00 GMT"]),
  ...some("Range", ["bytes=0-", "bytes=0-1,0-1,0-1"]),
  ...some("Content-Encoding", ["gzip", "br, gzip"]),
  ...some("Cache-Control", ["no-cache", "only-if-cached"]),
  ...some("User-Agent", ["", "() { :; }; echo", "x".repeat(3_000)]),
  ...some("organizationId", ["00000000-0000-7000-8000-000000000000"]),
  ...some("Proxy", ["http://127.0.0.1:1"]),
];

export const headerValues: fc.Arbitrary<Header> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...lines) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom("X-Request-Id", "Idempotency-Key", "traceparent", "Accept", "X-Anything"),
      fc.stringMatching(/^[ -~\u00a0-\u00ff]{0,80}$/),
    ),
  },
);
