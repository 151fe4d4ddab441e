import type { HttpServer } from "./http-server.ts";

/**
 * Processes on one database as one server, as behind a load balancer that deals requests
 * out in turn and knows nothing of wallets, keys or clients.
 */
export const alternating = (servers: readonly [HttpServer, ...HttpServer[]]): HttpServer => {
  let turn = 0;
  return {
    ...servers[0],
    fetch: (request) => {
      const { url } = servers[turn++ % servers.length] ?? servers[0];
      const { pathname, search } = new URL(request.url);
      return fetch(new Request(new URL(pathname + search, url), request));
    },
    log: async () => (await Promise.all(servers.map((server) => server.log()))).join(""),
  };
};
