import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { createTestEdge, noteId, readProblem } from "../../test/support/edge.ts";

// Hundreds of requests a test, also on a machine that is busy with other things.
vi.setConfig({ testTimeout: 60_000 });

/** Whatever comes is answered, never with a server error, and refusals are problem documents. */
const answers = async (response: Response): Promise<void> => {
  expect(response.status).toBeLessThan(500);
  if (response.status >= 400) await readProblem(response);
};

const key = fc.oneof(
  fc.string(),
  fc.constantFrom("text", "amount", "fee", "nested", "__proto__", "constructor", "toString"),
);

test("any JSON as body", async () => {
  const { call } = await createTestEdge({ config: { maxBodyBytes: 100_000 } });
  const body = fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.jsonValue()));
  await fc.assert(
    fc.asyncProperty(body, async (json) => answers(await call("/v1/notes", { json }))),
    { numRuns: 300 },
  );
});

test("any bytes as body", async () => {
  const { call } = await createTestEdge();
  const headers = { "Content-Type": "application/json" };
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const body = Uint8Array.from(bytes);
      await answers(await call("/v1/notes", { method: "POST", headers, body }));
    }),
    { numRuns: 300 },
  );
});

test("any query", async () => {
  const { call } = await createTestEdge();
  const name = fc.oneof(key, fc.constantFrom("limit", "skip", "sort", "sortBy", "cursor", "kind"));
  const pairs = fc.array(fc.tuple(name, fc.string({ unit: "binary" })), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(pairs, async (query) => {
      // Lone surrogates cannot be in a URL.
      const text = query.map((pair) =>
        pair.map((part) => encodeURIComponent(part.toWellFormed())).join("="),
      );
      await answers(await call(`/v1/notes?${text.join("&")}`));
    }),
    { numRuns: 300 },
  );
});

test("any cursor", async () => {
  const { call } = await createTestEdge();
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (content) => {
      const cursor = Buffer.from(JSON.stringify(content)).toString("base64url");
      const response = await call(`/v1/notes?cursor=${cursor}`);
      expect(response.status).toBe(400);
    }),
    { numRuns: 200 },
  );
});

test("any path and method", async () => {
  const { call } = await createTestEdge();
  const method = fc.constantFrom("GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "HEAD");
  await fc.assert(
    fc.asyncProperty(fc.webPath(), method, async (path, one) => {
      const response = await call(`/v1/notes/${path}`, { method: one });
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
});

test("a prototype is out of reach", async () => {
  const { call } = await createTestEdge();
  const headers = { "Content-Type": "application/json" };
  const body = '{"text":"a","__proto__":{"amount":5}}';
  const response = await call("/v1/notes", { method: "POST", headers, body });
  expect(await readProblem(response)).toMatchObject({ errors: [{ pointer: "/__proto__" }] });
  const query = await call(`/v1/notes/${noteId}?__proto__=1&constructor=2`);
  expect((await readProblem(query)).status).toBe(400);
});
