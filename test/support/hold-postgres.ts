import { startPostgres } from "../../scripts/postgres.ts";

/** Starts a server, says where, and waits to be killed. */
const folder = process.argv[2];
const server = await startPostgres(folder ? { folder } : {});
console.log(server.url);
setInterval(() => {}, 60_000);
