import type * as z from "zod";
import type { Scope } from "../domain/actor.ts";
import type { Page } from "../domain/page.ts";
import type { Result } from "../domain/result.ts";
import type { OperationKind, StoredOperation } from "../domain/wallets/ports.ts";
import type { Wallets } from "../domain/wallets/wallets.ts";
import type { Router } from "./hono-env.ts";
import { listQuery } from "./list-query.ts";
import { operation } from "./operation.ts";

export interface OperationReads {
  readonly kind: OperationKind;
  readonly scope: Scope;
  readonly tag: string;
  /** Of a path whose `:id`, if it has one, names what the operations belong to. */
  readonly path: string;
  readonly parent?: "walletId" | "authorizationId";
  /** `Deposit` and `Deposits`, of operation ids and summaries. */
  readonly one: string;
  readonly many: string;
  readonly schema: z.ZodType;
}

/** Reads of what was done, as it was answered: a list and one by its id. */
export const operationReads = (router: Router, wallets: Wallets, reads: OperationReads): void => {
  const { kind, scope, tag, path, parent, one, many, schema } = reads;
  operation(
    router,
    "get",
    path,
    {
      id: `list${many}`,
      tag,
      summary: `List ${many.toLowerCase()}`,
      scope,
      query: listQuery({ createdAt: "time" }),
      success: { status: 200, list: schema },
    },
    async ({ actor, params, query }) =>
      records(await wallets.listOperations(actor, query.page, { kind, ...of(parent, params) })),
  );
  const own = parent === undefined ? "id" : `${kind}Id`;
  operation(
    router,
    "get",
    `${path}/:${own}`,
    {
      id: `get${one}`,
      tag,
      summary: `Read a ${one.toLowerCase()}`,
      scope,
      success: { status: 200, data: schema },
    },
    async ({ actor, params }) => {
      const id = (params as Readonly<Record<string, string>>)[own] ?? "";
      const found = await wallets.getOperation(actor, kind, id, of(parent, params));
      return found.ok ? { ...found, value: found.value.record } : found;
    },
  );
};

const of = (parent: OperationReads["parent"], params: unknown) =>
  parent === undefined ? {} : { [parent]: (params as { readonly id: string }).id };

const records = (found: Result<Page<StoredOperation>>): Result<Page<unknown>> =>
  found.ok
    ? {
        ...found,
        value: { items: found.value.items.map(({ record }) => record), next: found.value.next },
      }
    : found;
