import { Hono } from "hono";
import * as z from "zod";
import type { HonoEnv, Router } from "./hono-env.ts";
import { listQuery } from "./list-query.ts";
import { operation } from "./operation.ts";
import { amountOrZero } from "./schemas/amount.ts";
import { currency } from "./schemas/currency.ts";
import { id } from "./schemas/id.ts";
import { limitsPatch, limitsView } from "./schemas/limits.ts";
import { merchantCategory } from "./schemas/merchant.ts";
import { metadata } from "./schemas/metadata.ts";
import { text } from "./schemas/text.ts";
import { time } from "./schemas/time.ts";
import { timezone } from "./schemas/timezone.ts";
import type { Services } from "./services.ts";

const days = z.int().min(1).max(366);

const captureTolerance = z.strictObject({
  categories: z.array(merchantCategory).min(1).max(100),
  percent: z.int().min(0).max(100),
  amount: amountOrZero,
});

const payments = z
  .strictObject({
    holdDays: days.optional(),
    travelHoldDays: days.optional(),
    captureTolerances: z.array(captureTolerance).max(50).optional(),
  })
  .describe("How long holds live, and how far captures may pass what was approved.");

const createBody = z.strictObject({
  name: text(200),
  currency: currency.optional(),
  timezone: timezone.optional(),
  defaultLimits: limitsPatch.optional(),
  smallestLimit: amountOrZero.optional(),
  payments: payments.optional(),
  metadata: metadata.nullable().optional(),
});

const patchBody = createBody.partial();

const organization = z.object({
  id,
  name: text(200),
  currency,
  timezone,
  defaultLimits: limitsView,
  smallestLimit: amountOrZero,
  payments: z.object({
    holdDays: days,
    travelHoldDays: days,
    captureTolerances: z.array(captureTolerance),
  }),
  metadata,
  createdAt: time,
  updatedAt: time,
});

const organizationWithKey = organization.extend({
  apiKey: z
    .string()
    .nullable()
    .describe("The first key, shown once; null when the creation is replayed."),
});

const query = listQuery({ createdAt: "time", updatedAt: "time", name: "text" });

export const organizationRoutes = ({ directory }: Pick<Services, "directory">): Router => {
  const router = new Hono<HonoEnv>();
  operation(
    router,
    "post",
    "/organizations",
    {
      id: "createOrganization",
      tag: "Organizations",
      summary: "Create an organization and its first API key",
      scope: "admin",
      body: createBody,
      success: { status: 201, data: organizationWithKey },
    },
    ({ idempotency, body }) => directory.createOrganization({ idempotency }, body),
  );
  operation(
    router,
    "get",
    "/organizations",
    {
      id: "listOrganizations",
      tag: "Organizations",
      summary: "List organizations",
      scope: "admin",
      query,
      success: { status: 200, list: organization },
    },
    ({ query: { page } }) => directory.listOrganizations(page),
  );
  operation(
    router,
    "get",
    "/organizations/:id",
    {
      id: "getOrganization",
      tag: "Organizations",
      summary: "Read your organization",
      scope: "organization:read",
      success: { status: 200, data: organization },
    },
    ({ actor, params }) => directory.getOrganization(actor, params.id),
  );
  operation(
    router,
    "patch",
    "/organizations/:id",
    {
      id: "updateOrganization",
      tag: "Organizations",
      summary: "Change your organization",
      description: "Settings hold for wallets and cards that are made later.",
      scope: "organization:write",
      body: patchBody,
      success: { status: 200, data: organization },
    },
    ({ actor, params, body }) => directory.updateOrganization(actor, params.id, body),
  );
  return router;
};
