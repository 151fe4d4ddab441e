import type { Job } from "../../src/domain/wallets/lane/job.ts";
import { newTicket, type Ticket } from "../../src/domain/wallets/lane/ticket.ts";
import type { StateCommand } from "../../src/domain/wallets/rules/decide.ts";
import { item, noon } from "./wallet-states.ts";

/** A job of these commands as it waits in a lane; whoever is told its answer does not listen. */
export const aTicket = (
  organizationId: string,
  commands: readonly StateCommand[],
  { key, ...over }: Partial<Ticket> & { readonly key?: string } = {},
): Ticket => {
  const job: Job = {
    organizationId,
    requestId: "r-1",
    deadline: noon + 8_000,
    items: commands.map((command) => item(command, key === undefined ? {} : { key })),
  };
  const follower = { job, resolve: () => undefined, reject: () => undefined };
  return { ...newTicket(follower, noon, undefined), ...over };
};
