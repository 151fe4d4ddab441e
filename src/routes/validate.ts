import { zValidator } from "@hono/zod-validator";
import type { Context, MiddlewareHandler } from "hono";
import * as z from "zod";
import type { HonoEnv } from "./hono-env.ts";
import { problem } from "./problem.ts";
import { bodyErrors, queryErrors } from "./validation-errors.ts";

/** A path that cannot name a resource reads like one that names none. */
export const validateParams = (schema: z.ZodType): MiddlewareHandler<HonoEnv> =>
  validated("param", schema, (c) => problem(c, "not_found", "There is no such resource."));

export const validateQuery = (schema: z.ZodType): MiddlewareHandler<HonoEnv> =>
  validated("query", schema, (c, issues) =>
    problem(c, "malformed_request", "The query is not valid.", { errors: queryErrors(issues) }),
  );

/** Where nothing is asked for, only nothing may come. */
export const validateNoBody: MiddlewareHandler<HonoEnv> = zValidator(
  "json",
  z.strictObject({}),
  (result, c) =>
    result.success ? undefined : refuseBody(c as Context<HonoEnv>, result.error.issues),
) as MiddlewareHandler;

export const validateBody = (schema: z.ZodType): MiddlewareHandler<HonoEnv> =>
  validated("json", schema, refuseBody);

type Issues = readonly z.core.$ZodIssue[];

const refuseBody = (c: Context<HonoEnv>, issues: Issues): Response =>
  problem(c, "validation_failed", "The request body is not valid.", { errors: bodyErrors(issues) });

type Target = "param" | "query" | "json";

const validated = (
  target: Target,
  schema: z.ZodType,
  refuse: (c: Context<HonoEnv>, issues: Issues) => Response,
): MiddlewareHandler<HonoEnv> =>
  zValidator(target, schema, (result, c) =>
    result.success ? undefined : refuse(c as Context<HonoEnv>, result.error.issues),
  ) as MiddlewareHandler;
