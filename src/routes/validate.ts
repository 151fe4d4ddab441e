import { zValidator } from "@hono/zod-validator";
import type { Context, MiddlewareHandler } from "hono";
import * as z from "zod";
import type { HonoEnv } from "./hono-env.ts";
import { problem } from "./problem.ts";
import { bodyErrors, queryErrors } from "./validation-errors.ts";

type Issues = readonly z.core.$ZodIssue[];

const validated = (
  target: "param" | "query" | "json",
  schema: z.ZodType,
  refuse: (c: Context<HonoEnv>, issues: Issues) => Response,
): MiddlewareHandler<HonoEnv> =>
  zValidator(
    target,
    schema,
    (result, c) =>
      result.success ? undefined : refuse(c as Context<HonoEnv>, result.error.issues),
    // At once: no schema here waits for anything, and zod's promises cost twice the checks.
    { validationFunction: (own, value) => own.safeParse(value) },
  ) as MiddlewareHandler;

const nothing = z.strictObject({});

/** A path that cannot name a resource reads like one that names none. */
export const validateParams = (schema: z.ZodType): MiddlewareHandler<HonoEnv> =>
  validated("param", schema, (c) => problem(c, "not_found", "There is no such resource."));

export const validateQuery = (schema: z.ZodType): MiddlewareHandler<HonoEnv> =>
  validated("query", schema, (c, issues) =>
    problem(c, "malformed_request", "The query is not valid.", { errors: queryErrors(issues) }),
  );

const refuseQuery = validateQuery(nothing);

/** Where nothing is asked for, only nothing may come. */
export const validateNoQuery: MiddlewareHandler<HonoEnv> = (c, next) =>
  c.req.url.includes("?") ? refuseQuery(c, next) : next();

export const validateBody = (schema: z.ZodType): MiddlewareHandler<HonoEnv> =>
  validated("json", schema, (c, issues) =>
    problem(c, "validation_failed", "The request body is not valid.", {
      errors: bodyErrors(issues),
    }),
  );

export const validateNoBody: MiddlewareHandler<HonoEnv> = validateBody(nothing);
