import { startNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import { onFileEnd } from "./cleanup.ts";

interface Sent {
  readonly query?: string;
  readonly queries?: readonly { readonly query: string }[];
}

/** A Neon endpoint that writes down what it is sent, for who counts statements. */
export const notingEndpoint = async () => {
  const sent: string[] = [];
  const endpoint = await startNeonEndpoint({
    faults: {
      dropRequest: (body) => {
        const { queries, query } = JSON.parse(body) as Sent;
        sent.push(...(queries ?? [{ query }]).map((one) => one.query ?? ""));
        return false;
      },
    },
  });
  onFileEnd(() => endpoint.stop());
  return {
    url: endpoint.url,
    counter: {
      count: () => sent.length,
      noted: async () => sent.filter((text) => /set last_used_at/i.test(text)).length,
    },
  };
};
