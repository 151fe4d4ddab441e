import type { Server } from "./api.ts";

const header = "Purser-Consistency-Token";

/** Of requests that a client sends at once it cannot tell which was last, so it keeps the last of them. */
const kept = 64;

/** The same server, for a client that brings back what its writes were answered with. */
export const withTokens = <S extends Server>(server: S): S => {
  const tokens: string[] = [];
  return {
    ...server,
    fetch: async (request) => {
      const sent = new Request(request);
      if (tokens.length > 0) sent.headers.set(header, tokens.join(", "));
      const response = await server.fetch(sent);
      const token = response.headers.get(header);
      if (token !== null && !tokens.includes(token)) tokens.push(token);
      tokens.splice(0, tokens.length - kept);
      return response;
    },
  };
};
