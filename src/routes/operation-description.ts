import type { Handler } from "hono";
import type * as z from "zod";
import type { HonoEnv, Router } from "./hono-env.ts";
import type { Method, OperationSpec } from "./operation.ts";
import type { ProblemCode } from "./problem.ts";

/** An operation outside `/v1`, which answers without the envelope. */
export interface SystemSpec {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** The schema of the whole answer, or the media types of an answer in text. */
  readonly data?: z.ZodType;
  readonly text?: readonly string[];
  readonly problems?: readonly ProblemCode[];
}

/** What a handler is for, as its documentation needs to know it. */
export type Described =
  | {
      readonly kind: "operation";
      readonly method: Method;
      readonly path: string;
      readonly spec: OperationSpec;
      /** The schemas that its input is validated by. */
      readonly accepts: {
        readonly param: z.ZodType;
        readonly query: z.ZodType;
        readonly json: z.ZodType | undefined;
      };
    }
  | { readonly kind: "system"; readonly spec: SystemSpec };

const description = Symbol("description");

/** Writes on a handler what it is for; the OpenAPI document is generated from that. */
export const describes = <H extends Handler<HonoEnv>>(described: Described, handler: H): H =>
  Object.assign(handler, { [description]: described });

export const descriptionOf = (handler: unknown): Described | undefined =>
  (handler as { readonly [description]?: Described })[description];

/** Registers what operators, probes and verifiers ask: open to all, and without the envelope. */
export const systemOperation = (
  router: Router,
  path: string,
  spec: SystemSpec,
  handler: Handler<HonoEnv>,
): void => {
  router.get(path, describes({ kind: "system", spec }, handler));
};
