import { crlf, deposit, harmless, lines, type RawCase, type RawTarget } from "./raw-case.ts";

/** Lengths and codings that two readers may take for different ends of the body. */
export const framings = (target: RawTarget): RawCase[] => {
  const hidden = lines("GET /v1/users HTTP/1.1", `Host: ${target.host}`, "", "");
  const chunk = `${harmless.length.toString(16)}${crlf}${harmless}${crlf}0${crlf}${crlf}`;
  const of = (name: string, more: readonly string[], body: string, requests = 1): RawCase => ({
    name,
    pieces: [deposit(target, more, body)],
    requests,
  });
  const chunked = "Transfer-Encoding: chunked";
  return [
    // What follows the end of the chunks is a request of its own, if it is not refused.
    of(
      "a length and chunks",
      [`Content-Length: ${harmless.length}`, chunked],
      `${chunk}${hidden}`,
      2,
    ),
    of("chunks and a length", [chunked, "Content-Length: 4"], `0${crlf}${crlf}${hidden}`, 2),
    ...[
      "xchunked",
      "chunked, identity",
      "identity, chunked",
      "\u000bchunked",
      "chunked\u0000",
      '"chunked"',
      "gzip, chunked",
      "chunked, chunked",
      "Chunked ",
    ].map((coding) =>
      of(
        `the coding ${JSON.stringify(coding)}`,
        [`Transfer-Encoding: ${coding}`],
        `${chunk}${hidden}`,
        2,
      ),
    ),
    of(
      "a space in the name of the coding",
      ["Transfer-Encoding : chunked", "Content-Length: 4"],
      `${chunk}${hidden}`,
      2,
    ),
    of("two codings", ["Transfer-Encoding: identity", chunked], `${chunk}${hidden}`, 2),
    of("a folded coding", ["Transfer-Encoding:", " chunked"], `${chunk}${hidden}`, 2),
    of("two lengths", ["Content-Length: 0", `Content-Length: ${hidden.length}`], hidden),
    of(
      "one length twice",
      [`Content-Length: ${harmless.length}`, `Content-Length: ${harmless.length}`],
      harmless,
    ),
    ...[
      "+12",
      "-12",
      "0x0c",
      "1 2",
      "12,12",
      "12;",
      "012",
      "1e1",
      "99999999999999999999",
      "18446744073709551628",
      "",
      "NaN",
      "12\u00a0",
    ].map((length) =>
      of(`the length ${JSON.stringify(length)}`, [`Content-Length: ${length}`], harmless),
    ),
    ...[
      "zz",
      "-1",
      "0x5",
      "ffffffffffffffff1",
      "5 5",
      "+5",
      "",
      `5;${"a".repeat(70_000)}`,
      "5;a\nb",
    ].map((size) =>
      of(
        `the chunk size ${JSON.stringify(size.slice(0, 20))}`,
        [chunked],
        `${size}${crlf}12345${crlf}0${crlf}${crlf}`,
        2,
      ),
    ),
    of(
      "a chunk that is longer than it says",
      [chunked],
      `2${crlf}${harmless}${crlf}0${crlf}${crlf}`,
      2,
    ),
    of("chunks that end in LF", [chunked], chunk.replaceAll(crlf, "\n"), 2),
    of(
      "trailers that change the framing",
      [chunked],
      `${chunk.slice(0, -2)}Content-Length: 3${crlf}Host: evil.example${crlf}${crlf}`,
    ),
    of(
      "a hundred thousand chunks",
      [chunked],
      `${`1${crlf} ${crlf}`.repeat(100_000)}0${crlf}${crlf}`,
    ),
  ];
};
