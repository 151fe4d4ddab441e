import { expect, test } from "vitest";
import { createTestEdge } from "../../test/support/edge.ts";

test.each(["plain", "ä", "€ and 😀", "\u0000\u007f"])(
  "the length of an answer is in bytes: %j",
  async (text) => {
    const { call, lines } = await createTestEdge();
    const response = await call("/v1/notes", { json: { text } });
    const declared = Number(response.headers.get("Content-Length"));
    expect((await response.arrayBuffer()).byteLength).toBe(declared);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ bytes: declared });
  },
);
