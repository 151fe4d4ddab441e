import { describe, expect, test } from "vitest";
import { ResponseParser } from "./response-parser.ts";

const answer = (body: string, head = `HTTP/1.1 201 Created\r\nContent-Length: ${body.length}`) =>
  Buffer.from(`${head}\r\nContent-Type: application/json\r\n\r\n${body}`);

describe("an answer", () => {
  test("in one piece", () => {
    const read = new ResponseParser().push(answer('{"approved":true}'));
    expect(read).toMatchObject({ status: 201, close: false });
    expect(read?.body.toString()).toBe('{"approved":true}');
  });

  test("cut at any byte is read when its last byte is there, whatever becomes of the buffer", () => {
    const bytes = answer('{"approved":true}');
    for (let cut = 1; cut < bytes.length; cut++) {
      const parser = new ResponseParser();
      const buffer = Buffer.from(bytes);
      expect(parser.push(buffer.subarray(0, cut))).toBeUndefined();
      const rest = Buffer.from(bytes.subarray(cut));
      buffer.fill(0);
      expect(parser.push(rest)?.body.toString()).toBe('{"approved":true}');
    }
  });

  test("byte by byte, and another after it", () => {
    const parser = new ResponseParser();
    for (const text of ["first", "second"]) {
      const whole = [...answer(text)].map((byte) => parser.push(Buffer.from([byte])));
      expect(whole.slice(0, -1).every((one) => one === undefined)).toBe(true);
      expect(whole.at(-1)?.body.toString()).toBe(text);
    }
  });

  test("names of fields are in any case", () => {
    const head = "HTTP/1.1 503 Service Unavailable\r\nCONTENT-LENGTH:2\r\nconnection: close";
    expect(new ResponseParser().push(answer("{}", head))).toMatchObject({
      status: 503,
      close: true,
    });
  });

  test("without content has none, whether its length is said or not", () => {
    const read = new ResponseParser().push(Buffer.from("HTTP/1.1 204 No Content\r\nA: b\r\n\r\n"));
    expect(read).toMatchObject({ status: 204 });
    expect(read?.body).toHaveLength(0);
  });
});

describe("what is not understood is not counted", () => {
  test.each([
    ["another protocol", "SSH-2.0-OpenSSH\r\n\r\n", "not an answer"],
    ["a chunked body", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0", "Content-Length"],
    ["two answers at once", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1", "more came"],
  ])("%s", (_, text, why) => {
    expect(() => new ResponseParser().push(Buffer.from(text))).toThrow(why);
  });

  test("the beginning of an answer on a connection that was lost", () => {
    const parser = new ResponseParser();
    parser.push(Buffer.from("HTTP/1.1 200 OK\r\nContent-Le"));
    parser.reset();
    expect(parser.push(answer("whole"))?.body.toString()).toBe("whole");
  });
});
