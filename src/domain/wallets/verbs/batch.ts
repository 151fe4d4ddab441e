import type { Actor } from "../../actor.ts";
import { atPointer } from "../../changes.ts";
import { type Refusal, type Result, refuse } from "../../result.ts";
import type { Sha256 } from "../log/chain.ts";
import type { AuthorizationRecord } from "../model/authorization.ts";
import type { EventData, TransferRecord } from "../model/event.ts";
import type { StateCommand } from "../rules/decide.ts";
import type { CommittedEvent } from "../store.ts";
import { authorizeCommand, type NewAuthorization } from "./authorize.ts";
import { type CommandPorts, keyed, mostAtOnce, submit } from "./command.ts";
import { type NewTransfer, transferCommand } from "./move-money.ts";

export type BatchPorts = CommandPorts & { readonly sha256: Sha256 };

/** Items of one request, each with an outcome of its own, or together or not at all. */
export interface Batch<Item> {
  readonly items: readonly (Item & { readonly idempotencyKey?: string | undefined })[];
  readonly atomic?: boolean | undefined;
}

/** What became of one item of a batch. */
export type BatchOutcome<Value> =
  | { readonly ok: true; readonly value: Value; readonly replayed: boolean }
  | { readonly ok: false; readonly refusal: Refusal };

export const authorizeBatch =
  (ports: BatchPorts) =>
  (
    actor: Actor,
    batch: Batch<NewAuthorization>,
  ): Promise<Result<readonly BatchOutcome<AuthorizationRecord>[]>> =>
    run(ports, actor, batch, "/cardId", {
      command: (item) => authorizeCommand(ports, actor, item, batch.atomic === true),
      value: (event) =>
        (event.data as EventData["authorization.approved" | "authorization.declined"])
          .authorization,
    });

export const transferBatch =
  (ports: BatchPorts) =>
  (
    actor: Actor,
    batch: Batch<NewTransfer>,
  ): Promise<Result<readonly BatchOutcome<TransferRecord>[]>> =>
    run(ports, actor, batch, "/fromWalletId", {
      command: (item) => transferCommand(ports, item),
      value: (event) => (event.data as EventData["transfer.sent"]).transfer,
    });

interface Kind<Item, Value> {
  readonly command: (item: Item) => StateCommand;
  readonly value: (event: CommittedEvent) => Value;
}

const run = async <Item, Value>(
  ports: BatchPorts,
  actor: Actor,
  batch: Batch<Item>,
  pointer: string,
  kind: Kind<Item, Value>,
): Promise<Result<readonly BatchOutcome<Value>[]>> => {
  if (batch.items.length > mostAtOnce) {
    return refuse("too_many_at_once", `A batch has at most ${mostAtOnce} items.`);
  }
  const jobs = batch.items.map((item, index) =>
    keyed(ports, asItem(ports, actor, item, index), kind.command(item)),
  );
  if (batch.atomic) {
    const result = await submit(ports, actor, jobs);
    if (!result.ok) return atPointer(result, `/items${pointer}`);
    const replayed = result.replayed === true;
    const value = result.value.map(
      (event): BatchOutcome<Value> => ({ ok: true, value: kind.value(event), replayed }),
    );
    return { ...result, value };
  }
  const outcomes = await Promise.all(
    jobs.map(async (job): Promise<BatchOutcome<Value>> => {
      const result = atPointer(await submit(ports, actor, [job]), pointer);
      const event = result.ok ? result.value[0] : undefined;
      if (!result.ok) return result;
      if (!event) throw new Error("an item of a batch caused no event");
      return { ok: true, value: kind.value(event), replayed: result.replayed === true };
    }),
  );
  const allReplayed =
    outcomes.length > 0 && outcomes.every((outcome) => outcome.ok && outcome.replayed);
  return { ok: true, value: outcomes, ...(allReplayed && { replayed: true }) };
};

/** An item's key is its own, or its place under the batch's; each item has its own fingerprint. */
const asItem = (
  ports: BatchPorts,
  actor: Actor,
  item: { readonly idempotencyKey?: string | undefined },
  index: number,
): Actor => {
  const { idempotencyKey, ...content } = item;
  const batch = actor.idempotency;
  if (idempotencyKey === undefined && !batch) return actor;
  const key = idempotencyKey ?? `${batch?.key}#${index}`;
  return {
    ...actor,
    idempotency: { key, fingerprint: ports.sha256(`batch ${JSON.stringify(content)}`) },
  };
};
