import { createServer } from "node:net";

/**
 * The least server there can be: one answer of an authorization's size for whatever is
 * read. What the load generator gets from it is the most that it can get from any server.
 */
const body = JSON.stringify({ data: { id: "0".repeat(36), filler: "x".repeat(900) } });
const answer = Buffer.from(
  `HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
);

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", () => socket.write(answer));
  socket.on("error", () => {});
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" && address ? address.port : 0 });
});
process.on("disconnect", () => process.exit());
