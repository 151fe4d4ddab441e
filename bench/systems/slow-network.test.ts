import { once } from "node:events";
import { connect, createServer } from "node:net";
import { PassThrough } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import { delayed, slowNetwork } from "./slow-network.ts";

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const end of endings.splice(0).reverse()) await end();
});

/** Lets streams pass on what they have, without letting any time pass. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("each piece arrives when its time has come, and does not wait for the one before it", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const [from, to] = [new PassThrough(), new PassThrough()];
  let read = "";
  to.on("data", (bytes) => {
    read += bytes;
  });
  delayed(from, to, 20);
  const seen: string[] = [];
  for (const piece of ["a", "b", "c", "", "", ""]) {
    if (piece) from.write(piece);
    await settle();
    vi.advanceTimersByTime(10);
    await settle();
    seen.push(read);
  }
  expect(seen).toEqual(["", "a", "ab", "abc", "abc", "abc"]);
});

test("the end arrives too, after what came before it", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const [from, to] = [new PassThrough(), new PassThrough()];
  const told: string[] = [];
  to.on("data", (bytes) => told.push(String(bytes)));
  to.on("close", () => told.push("closed"));
  delayed(from, to, 20);
  from.write("last words");
  await settle();
  from.destroy();
  await settle();
  expect(told).toEqual([]);
  vi.advanceTimersByTime(20);
  await settle();
  expect(told).toEqual(["last words", "closed"]);
});

test("it leads to the server of the URL and back", async () => {
  const server = createServer((socket) => socket.pipe(socket).on("error", () => {}));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const network = await slowNetwork(`postgres://u:p@127.0.0.1:${port}/d`, 5);
  endings.push(network.close);
  expect(network.url).toMatch(/^postgres:\/\/u:p@127\.0\.0\.1:\d+\/d$/);
  const socket = connect(Number(new URL(network.url).port), "127.0.0.1");
  const pieces = Array.from({ length: 100 }, (_, n) => `${n}\n`.repeat(500)).join("");
  let read = "";
  socket.on("data", (bytes) => {
    read += bytes;
  });
  socket.write(pieces);
  while (read.length < pieces.length) await once(socket, "data");
  expect(read).toBe(pieces);
  socket.destroy();
});
