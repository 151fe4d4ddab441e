import { describe, expect, test } from "vitest";
import { createTestEdge, readProblem } from "../../test/support/edge.ts";

const json = { "Content-Type": "application/json" };

const send = async (init: RequestInit) => {
  const { call } = await createTestEdge();
  return call("/v1/notes", { method: "POST", ...init });
};

/** A body without a declared length, as `Transfer-Encoding: chunked` brings it. */
const chunked = (chunks: readonly (string | Uint8Array<ArrayBuffer>)[]): RequestInit => ({
  body: new ReadableStream({
    start: (controller) => {
      for (const chunk of chunks) {
        controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
      }
      controller.close();
    },
  }),
  headers: json,
  ...{ duplex: "half" },
});

describe("the size of a body", () => {
  // The edge of these tests allows 1,000 bytes.
  const sized = (bytes: number) => `{"text":"a"${" ".repeat(bytes - 12)}}`;

  test("may be what is allowed, and not a byte more", async () => {
    expect((await send({ body: sized(1_000), headers: json })).status).toBe(201);
    const response = await send({ body: sized(1_001), headers: json });
    expect(await readProblem(response)).toMatchObject({ status: 413, code: "body_too_large" });
  });

  test("counts without a declared length as well", async () => {
    expect((await send(chunked([sized(500), " ".repeat(500)]))).status).toBe(201);
    const response = await send(chunked([sized(500), " ".repeat(501)]));
    expect(await readProblem(response)).toMatchObject({ status: 413 });
  });

  test("counts in bytes", async () => {
    const response = await send({ body: `{"text":"${"é".repeat(500)}"}`, headers: json });
    expect(response.status).toBe(413);
  });

  test("is refused from what is declared, before anything is read", async () => {
    let read = false;
    const body = new ReadableStream(
      {
        pull: () => {
          read = true;
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { ...json, "Content-Length": "1001" };
    const response = await send({ body, headers, ...{ duplex: "half" } });
    expect([response.status, read]).toEqual([413, false]);
  });

  test("of an endless body is not waited for", async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(400)),
    });
    expect((await send({ body, headers: json, ...{ duplex: "half" } })).status).toBe(413);
  });
});

describe("the pieces of a body", () => {
  const onePiece = (bytes: number): RequestInit => chunked([" ".repeat(bytes)]);
  const inPieces = (bytes: number): RequestInit => chunked(Array(bytes).fill(" "));

  test("may be many, but not so many that each byte is one", async () => {
    const config = { maxBodyBytes: 20_000 };
    const { call } = await createTestEdge({ config });
    const sent = async (init: RequestInit) => {
      const response = await call("/v1/notes", { method: "POST", ...init });
      return (await readProblem(response)).status;
    };
    expect(await sent(onePiece(16_385))).toBe(400);
    expect(await sent(inPieces(16_384))).toBe(400);
    expect(await sent(inPieces(16_385))).toBe(413);
  });

  test.each([[[]], [['{"text":"a"}']]])(
    "%j that break off are the client's fault, and no body",
    async (pieces: string[]) => {
      const edge = await createTestEdge();
      const body = new ReadableStream({
        pull: (controller) => {
          const piece = pieces.shift();
          if (piece === undefined) controller.error(new TypeError("the connection was reset"));
          else controller.enqueue(new TextEncoder().encode(piece));
        },
      });
      const init = { method: "POST", body, headers: json, ...{ duplex: "half" as const } };
      const problem = await readProblem(await edge.call("/v1/notes", init));
      expect(problem).toMatchObject({ status: 400, code: "malformed_request" });
      expect(problem.errors).toEqual([{ pointer: "", detail: "The body breaks off" }]);
      // An alert on failures must not be rung by who hangs up.
      expect(edge.lines.join("")).toContain('"level":"warn"');
    },
  );
});

describe("the type of a body", () => {
  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/json; charset=latin1",
    "application/json, text/plain",
    "",
  ])("%j is not accepted", async (type) => {
    const response = await send({ body: '{"text":"a"}', headers: { "Content-Type": type } });
    expect(await readProblem(response)).toMatchObject({ code: "unsupported_media_type" });
  });

  test.each([
    "application/json",
    "Application/JSON; charset=UTF-8",
    'application/json;charset="utf-8"',
  ])("%s is accepted", async (type) => {
    const response = await send({ body: '{"text":"a"}', headers: { "Content-Type": type } });
    expect(response.status).toBe(201);
  });
});

describe("a broken body", () => {
  test.each(["{", "{]", '{"text":"a"', "text=a", '{"text":"a","text":"b"}', "\u0000"])(
    "%j is malformed",
    async (body) => {
      const problem = await readProblem(await send({ body, headers: json }));
      expect(problem).toMatchObject({ status: 400, code: "malformed_request" });
      expect(problem.errors).toHaveLength(1);
    },
  );

  test("that is not UTF-8 is malformed", async () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('{"text":"'), 0xff, 0x22, 0x7d]);
    expect((await send(chunked([bytes]))).status).toBe(400);
  });

  test("that is nested too deeply is malformed", async () => {
    const body = `{"text":${"[".repeat(100)}${"]".repeat(100)}}`;
    expect((await send({ body, headers: json })).status).toBe(400);
  });

  test("a character may be split between two chunks", async () => {
    const bytes = new TextEncoder().encode('{"text":"é"}');
    const response = await send(chunked([bytes.slice(0, 10), bytes.slice(10)]));
    expect(await response.json()).toMatchObject({ data: { text: "é" } });
  });
});

describe("an empty body", () => {
  test.each([json, {}])("has its missing fields named, with the headers %j", async (headers) => {
    const problem = await readProblem(await send({ headers }));
    expect(problem).toMatchObject({ status: 422, errors: [{ pointer: "/text" }] });
  });
});

describe("numbers", () => {
  const amountOf = async (literal: string) => {
    const response = await send({ body: `{"text":"a","amount":${literal}}`, headers: json });
    return response.status === 201
      ? ((await response.json()) as { data: { amount: number } }).data.amount
      : (await readProblem(response)).errors.map(({ pointer }) => pointer);
  };

  test.each([
    ["1", 1],
    ["1e3", 1_000],
    ["1.0", 1],
    ["9007199254740991", 9_007_199_254_740_991],
  ])("the amount %s is exact", async (literal, value) => {
    expect(await amountOf(literal)).toBe(value);
  });

  test.each([
    "0",
    "-0",
    "-1",
    "1.5",
    "9007199254740992",
    "9007199254740993",
    "1e400",
    "-1e400",
    "1e999999999",
    "1e-400",
    `1${"0".repeat(400)}`,
    '"1"',
    "null",
    "true",
    "[1]",
    "{}",
  ])("the amount %s is refused", async (literal) => {
    expect(await amountOf(literal)).toEqual(["/amount"]);
  });

  test("minus zero is zero where zero is allowed", async () => {
    const response = await send({ body: '{"text":"a","fee":-0}', headers: json });
    expect(Object.is(JSON.parse(await response.text()).data.amount, 0)).toBe(true);
  });
});
