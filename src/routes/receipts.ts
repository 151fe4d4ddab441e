import { Hono } from "hono";
import * as z from "zod";
import type { HonoEnv, Router } from "./hono-env.ts";
import { jsonResponse } from "./json-response.ts";
import { operation } from "./operation.ts";
import { systemOperation } from "./operation-description.ts";
import type { Services } from "./services.ts";

const receipt = z.object({
  receipt: z
    .string()
    .describe(
      "A compact JWS (EdDSA) of the stored decision: check it with the keys at `/.well-known/jwks.json`.",
    ),
});

const publicKey = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string(),
  kid: z.string(),
  alg: z.literal("EdDSA"),
  use: z.literal("sig"),
});

const keySet = z.object({ keys: z.array(publicKey) });

export const receiptRoutes = ({ wallets }: Pick<Services, "wallets">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "get",
    "/authorizations/:id/receipt",
    {
      id: "getReceipt",
      tag: "Authorizations",
      summary: "A signed receipt of a payment's decision",
      description:
        "Signed when it is asked for, over the event exactly as it is stored. 404 too where no signing key is configured.",
      scope: "authorizations:read",
      success: { status: 200, data: receipt },
    },
    ({ actor, params }) => wallets.signReceipt(actor, params.id),
  );
  return router;
};

/** Where verifiers of receipts and chain heads find the public keys (RFC 7517). */
export const keySetRoutes = ({ wallets }: Pick<Services, "wallets">): Router => {
  const router = new Hono<HonoEnv>();
  systemOperation(
    router,
    "/.well-known/jwks.json",
    {
      id: "getKeySet",
      summary: "The public keys of receipts and chain heads",
      description: "Retired keys stay listed, so that what they signed can still be checked.",
      data: keySet,
    },
    async (c) =>
      jsonResponse(
        c,
        200,
        { keys: await wallets.receiptKeys() },
        {
          "Cache-Control": "public, max-age=300",
        },
      ),
  );
  return router;
};
