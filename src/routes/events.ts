import { Hono } from "hono";
import * as z from "zod";
import type { HonoEnv, Router } from "./hono-env.ts";
import { feedQuery } from "./list-query.ts";
import { operation } from "./operation.ts";
import { id } from "./schemas/id.ts";
import { time } from "./schemas/time.ts";
import type { Services } from "./services.ts";

const event = z.object({
  id: z.string().describe("walletId.sequence"),
  type: z.string(),
  walletId: id,
  sequence: z.int().describe("Its place in the wallet's log, without gaps."),
  data: z.unknown().describe("What the type says happened; see the list of events."),
  requestId: z.string().describe("The request that caused it."),
  hash: z.string().describe("SHA-256 that chains it to the event before."),
  createdAt: time,
});

const type = z
  .string()
  .regex(/^[a-z_]+\.[a-z_]+$/, "Must be the name of a type")
  .optional();

const query = feedQuery({ type, walletId: id.optional() });

export const eventRoutes = ({ wallets }: Pick<Services, "wallets">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "get",
    "/events",
    {
      id: "listEvents",
      tag: "Events",
      summary: "Follow what happens",
      description:
        "All wallets' logs as one feed, oldest first. `meta.page.next` is where to go on, also from an empty page; " +
        "`wait` holds the answer back until something happens, at most that many seconds. Nothing is skipped when commits interleave.",
      scope: "events:read",
      query,
      success: { status: 200, list: event },
    },
    ({ actor, query: { page, filters, wait } }) => wallets.followEvents(actor, page, filters, wait),
  );
  return router;
};
