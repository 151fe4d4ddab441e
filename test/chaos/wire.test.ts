import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { startWire } from "./wire.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (let end = endings.pop(); end; end = endings.pop()) await end();
});

/** A server that answers `answer to REQUEST`, and what it was asked, behind a wire. */
const behindWire = async () => {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      asked.push(bytes.toString());
      socket.write(`answer to ${bytes}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endings.push(() => server.close());
  const address = server.address();
  const wire = await startWire(typeof address === "object" && address ? address.port : 0);
  endings.push(wire.stop);
  const dial = async (): Promise<{ socket: Socket; heard: () => string }> => {
    const socket = connect(wire.port, "127.0.0.1");
    let heard = "";
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      heard += bytes;
    });
    await once(socket, "connect");
    return { socket, heard: () => heard };
  };
  return { wire, asked, dial };
};

const request = "commit client:key";

test.each([
  ["request", ["commit c"], ""],
  ["answer", [request], ""],
  ["half an answer", [request], "answer to com"],
] as const)("cut in the %s, both sides have what they should", async (place, asks, hears) => {
  const { wire, asked, dial } = await behindWire();
  const [busy, idle] = [await dial(), await dial()];
  const cut = wire.cut(place, 200, true);
  busy.socket.write(request);
  await once(busy.socket, "close");
  expect(idle.socket.destroyed).toBe(false);
  await Promise.all([cut, once(idle.socket, "close")]);
  expect([asked, busy.heard()]).toEqual([asks, hears]);
  expect(wire.cuts).toEqual({ statements: 1, commits: 1 });
});

test("what is no commit passes where only commits are cut", async () => {
  const { wire, dial } = await behindWire();
  const { socket, heard } = await dial();
  const cut = wire.cut("answer", 200, true);
  socket.write("read");
  await expect.poll(heard).toBe("answer to read");
  await cut;
  expect(wire.cuts).toEqual({ statements: 0, commits: 0 });
});

test.each([
  ["to the server", []],
  ["to the client", ["late"]],
  ["both", []],
] as const)("stalled %s, it loses nothing, on new connections neither", async (direction, asks) => {
  const { wire, asked, dial } = await behindWire();
  const old = await dial();
  const release = wire.stall(direction);
  old.socket.write("late");
  const fresh = await dial();
  await sleep(100);
  expect([asked, old.heard()]).toEqual([asks, ""]);
  fresh.socket.write("later");
  release();
  await expect.poll(old.heard).toBe("answer to late");
  await expect.poll(fresh.heard).toBe("answer to later");
});
