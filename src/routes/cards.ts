import { Hono } from "hono";
import * as z from "zod";
import { cardTypes } from "../domain/wallets/model/card.ts";
import { replacementReasons } from "../domain/wallets/model/command.ts";
import type { HonoEnv, Router } from "./hono-env.ts";
import { listQuery } from "./list-query.ts";
import { operation } from "./operation.ts";
import { deleted } from "./schemas/bulk.ts";
import { controlsPatch, controlsView } from "./schemas/controls.ts";
import { id } from "./schemas/id.ts";
import { limitsPatch, limitsReport, limitsView } from "./schemas/limits.ts";
import { metadata } from "./schemas/metadata.ts";
import { busy } from "./schemas/movement.ts";
import { text } from "./schemas/text.ts";
import { time } from "./schemas/time.ts";
import type { Services } from "./services.ts";

const name = text(200);
const expMonth = z.int().min(1).max(12);
const expYear = z.int().min(2000).max(9999);

const numberFields = {
  number: z
    .string()
    .regex(/^\d{13,19}$/, "Must be 13 to 19 digits")
    .optional()
    .describe("Brings a card along; without it Purser issues one."),
  expMonth: expMonth.optional(),
  expYear: expYear.optional(),
  cvv: z
    .string()
    .regex(/^\d{3,4}$/, "Must be 3 or 4 digits")
    .optional()
    .describe("Checked and discarded; never stored."),
};

type NumberFields = z.output<z.ZodObject<typeof numberFields>>;

/** A card that is brought along comes with all that is printed on it; one that is issued with none of it. */
const completeNumber = (card: NumberFields, context: z.RefinementCtx): void => {
  const need = (field: keyof NumberFields, message: string) => {
    if (card[field] === undefined) context.addIssue({ code: "custom", path: [field], message });
  };
  if (card.number !== undefined) {
    for (const field of ["expMonth", "expYear", "cvv"] as const) {
      need(field, "Must be given with a number");
    }
  } else if (card.cvv !== undefined) {
    need("number", "Must be given with a cvv");
  } else if ((card.expMonth === undefined) !== (card.expYear === undefined)) {
    need("expMonth", "Must be given with the other");
    need("expYear", "Must be given with the other");
  }
};

const createBody = z
  .strictObject({
    walletId: id,
    ...numberFields,
    type: z.enum(cardTypes).optional(),
    cardholderId: id.nullable().optional(),
    name: name.nullable().optional(),
    limits: limitsPatch.optional(),
    controls: controlsPatch.optional(),
    metadata: metadata
      .nullable()
      .optional()
      .transform((value) => value ?? undefined),
  })
  .superRefine(completeNumber);

const replaceBody = z
  .strictObject({ reason: z.enum(replacementReasons), ...numberFields })
  .superRefine(completeNumber);

const patchBody = z
  .strictObject({
    cardholderId: id.nullable().exactOptional(),
    name: name.nullable().exactOptional(),
    limits: limitsPatch.exactOptional(),
    controls: controlsPatch.exactOptional(),
    metadata: metadata
      .nullable()
      .transform((value) => value ?? {})
      .exactOptional(),
  })
  .describe("Absent is unchanged, null is cleared.");

const card = z.object({
  id,
  walletId: id,
  cardholderId: id.nullable(),
  name: name.nullable(),
  type: z.enum(cardTypes),
  issued: z.boolean().describe("Whether Purser made its number."),
  status: z.enum(["active", "frozen", "terminated"]),
  last4: z.string(),
  expMonth,
  expYear,
  limits: limitsView,
  controls: controlsView,
  replacementFor: id.nullable(),
  replacedBy: id.nullable(),
  lockedMerchantId: z
    .string()
    .nullable()
    .describe("The merchant that a merchant-locked card was first used at."),
  metadata,
  createdAt: time,
  updatedAt: time,
});

const secrets = z.object({
  number: z.string(),
  cvv: z.string().exactOptional().describe("Only of cards that Purser issued."),
});

const listCardsQuery = listQuery({ createdAt: "time" }, { walletId: id.optional() });

export const cardRoutes = ({ wallets }: Pick<Services, "wallets">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/cards",
    {
      id: "createCard",
      tag: "Cards",
      summary: "Issue a card or bring one along",
      scope: "cards:write",
      body: createBody,
      success: { status: 201, data: card },
      refusals: ["not_found", "card_number_taken", ...busy],
    },
    ({ actor, body }) => wallets.createCard(actor, body),
  );
  operation(
    router,
    "get",
    "/cards",
    {
      id: "listCards",
      tag: "Cards",
      summary: "List cards",
      scope: "cards:read",
      query: listCardsQuery,
      success: { status: 200, list: card },
    },
    ({ actor, query: { page, filters } }) => wallets.listCards(actor, page, filters),
  );
  operation(
    router,
    "get",
    "/cards/:id",
    {
      id: "getCard",
      tag: "Cards",
      summary: "Read a card",
      scope: "cards:read",
      success: { status: 200, data: card },
    },
    ({ actor, params }) => wallets.getCard(actor, params.id),
  );
  operation(
    router,
    "get",
    "/cards/:id/secrets",
    {
      id: "revealCard",
      tag: "Cards",
      summary: "Show a card's number",
      description: "Every look is written down. The answer must not be cached.",
      scope: "cards:reveal",
      success: { status: 200, data: secrets },
    },
    ({ actor, params }) => wallets.revealCard(actor, params.id),
  );
  operation(
    router,
    "patch",
    "/cards/:id",
    {
      id: "updateCard",
      tag: "Cards",
      summary: "Change a card",
      scope: "cards:write",
      body: patchBody,
      success: { status: 200, data: card },
      refusals: ["not_found", ...busy],
    },
    ({ actor, params, body }) => wallets.updateCard(actor, params.id, body),
  );
  operation(
    router,
    "delete",
    "/cards/:id",
    {
      id: "deleteCard",
      tag: "Cards",
      summary: "Terminate and delete a card",
      scope: "cards:write",
      success: { status: 204 },
      refusals: busy,
    },
    ({ actor, params }) => wallets.deleteCard(actor, params.id),
  );
  operation(
    router,
    "delete",
    "/cards",
    {
      id: "deleteCards",
      tag: "Cards",
      summary: "Terminate and delete all cards of a wallet",
      scope: "cards:write",
      query: z.strictObject({ walletId: id }),
      success: { status: 200, data: deleted },
      refusals: ["not_found", "too_many_at_once", ...busy],
    },
    ({ actor, query }) => wallets.deleteCards(actor, query.walletId),
  );
  operation(
    router,
    "post",
    "/cards/:id/freeze",
    {
      id: "freezeCard",
      tag: "Cards",
      summary: "Freeze a card",
      scope: "cards:write",
      success: { status: 200, data: card },
      refusals: ["card_terminated", ...busy],
    },
    ({ actor, params }) => wallets.freezeCard(actor, params.id),
  );
  operation(
    router,
    "post",
    "/cards/:id/unfreeze",
    {
      id: "unfreezeCard",
      tag: "Cards",
      summary: "Unfreeze a card",
      scope: "cards:write",
      success: { status: 200, data: card },
      refusals: ["card_terminated", ...busy],
    },
    ({ actor, params }) => wallets.unfreezeCard(actor, params.id),
  );
  operation(
    router,
    "post",
    "/cards/:id/terminate",
    {
      id: "terminateCard",
      tag: "Cards",
      summary: "Terminate a card for good",
      description: "What it holds can still be captured.",
      scope: "cards:write",
      success: { status: 200, data: card },
      refusals: busy,
    },
    ({ actor, params }) => wallets.terminateCard(actor, params.id),
  );
  operation(
    router,
    "post",
    "/cards/:id/replace",
    {
      id: "replaceCard",
      tag: "Cards",
      summary: "Replace a card",
      description:
        "Terminates it and answers with a new one, to which limits, what was spent, controls and holder carry over.",
      scope: "cards:write",
      body: replaceBody,
      success: { status: 200, data: card },
      refusals: ["card_terminated", "card_number_taken", ...busy],
    },
    ({ actor, params, body }) => wallets.replaceCard(actor, params.id, body),
  );
  operation(
    router,
    "get",
    "/cards/:id/limits",
    {
      id: "getCardLimits",
      tag: "Cards",
      summary: "Read how far a card's limits are used",
      scope: "cards:read",
      success: { status: 200, data: limitsReport },
    },
    ({ actor, params }) => wallets.readLimits(actor, "card", params.id),
  );
  return router;
};
