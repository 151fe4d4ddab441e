import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { slowNetwork } from "./slow-network.ts";

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** Something that answers with what it reads, behind a network of this distance. */
const echoBehind = async (eachWayMs: number): Promise<Socket> => {
  const server = createServer((socket) => socket.pipe(socket).on("error", () => {}));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const network = await slowNetwork(`postgres://u:p@127.0.0.1:${port}/d`, eachWayMs);
  endings.push(network.close);
  const socket = connect(Number(new URL(network.url).port), "127.0.0.1");
  await once(socket, "connect");
  return socket;
};

test("a byte is back no sooner than it can be", async () => {
  const socket = await echoBehind(30);
  const sent = performance.now();
  socket.write("x");
  await once(socket, "data");
  // A timer may count a begun millisecond as one.
  expect(performance.now() - sent).toBeGreaterThan(58);
});

test("all arrives, in order, and what is sent meanwhile does not wait for it", async () => {
  const socket = await echoBehind(30);
  const pieces = Array.from({ length: 200 }, (_, n) => `${n}\n`.repeat(500));
  const sent = performance.now();
  let read = "";
  const all = new Promise<void>((resolve) =>
    socket.on("data", (bytes) => {
      read += bytes;
      if (read.length === pieces.join("").length) resolve();
    }),
  );
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await all;
  expect(read).toBe(pieces.join(""));
  // One after the other they would have taken 200 × 60 ms.
  expect(performance.now() - sent).toBeLessThan(200 * 60);
});
