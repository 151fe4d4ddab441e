import type { Actor } from "../../actor.ts";
import { canonicalJson } from "../../canonical-json.ts";
import { atPointer } from "../../changes.ts";
import { type Freshness, fresher } from "../../freshness.ts";
import {
  type Refusal,
  type Refused,
  type Result,
  refuse,
  refusedAt,
  refuseField,
} from "../../result.ts";
import type { JobItem } from "../lane/job.ts";
import type { Sha256 } from "../log/chain.ts";
import type { AuthorizationRecord } from "../model/authorization.ts";
import type { EventData, TransferRecord } from "../model/event.ts";
import type { StateCommand } from "../rules/decide.ts";
import type { CommittedEvent } from "../store.ts";
import { authorizeCommand, type NewAuthorization } from "./authorize.ts";
import { keyed, mostAtOnce, submit } from "./command.ts";
import {
  type MovementPorts,
  type NewTransfer,
  refuseCorrection,
  transferCommand,
} from "./move-money.ts";

export type BatchPorts = MovementPorts & { readonly sha256: Sha256 };

/** Items of one request, each with an outcome of its own, or together or not at all. */
export interface Batch<Item> {
  readonly items: readonly (Item & { readonly idempotencyKey?: string | undefined })[];
  readonly atomic?: boolean | undefined;
}

/** What became of one item of a batch. */
export type BatchOutcome<Value> =
  | {
      readonly ok: true;
      readonly value: Value;
      readonly replayed: boolean;
      readonly written?: Freshness;
    }
  | { readonly ok: false; readonly refusal: Refusal };

export const authorizeBatch =
  (ports: BatchPorts) =>
  (
    actor: Actor,
    batch: Batch<NewAuthorization>,
  ): Promise<Result<readonly BatchOutcome<AuthorizationRecord>[]>> =>
    run(ports, actor, batch, "/cardId", {
      check: async () => undefined,
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
      check: (item) => refuseCorrection(ports, actor, item.fromWalletId, item.corrects),
      command: (item) => transferCommand(ports, item),
      value: (event) => (event.data as EventData["transfer.sent"]).transfer,
    });

interface Kind<Item, Value> {
  /** Why an item cannot be, as far as it is not the rules that say so. */
  readonly check: (item: Item) => Promise<Refused | undefined>;
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
  const checks = await Promise.all(batch.items.map((item) => kind.check(item)));
  if (batch.atomic) {
    const items = jobs.map((job, index): JobItem => ({ ...job, at: `/items/${index}` }));
    const wrong = firstWrong(checks) ?? refuseRepeatedKey(items);
    if (wrong) return wrong;
    const result = await submit(ports, actor, items);
    if (!result.ok) return result;
    const replayed = result.replayed === true;
    const value = result.value.map(
      (event): BatchOutcome<Value> => ({ ok: true, value: kind.value(event), replayed }),
    );
    return { ...result, value };
  }
  const outcomes = await Promise.all(
    jobs.map(async (job, index): Promise<BatchOutcome<Value>> => {
      const wrong = checks[index];
      if (wrong) return wrong;
      const result = atPointer(await submit(ports, actor, [job]), pointer);
      const event = result.ok ? result.value[0] : undefined;
      if (!result.ok) return result;
      if (!event) throw new Error("an item of a batch caused no event");
      const { written, replayed } = result;
      return {
        ok: true,
        value: kind.value(event),
        replayed: replayed === true,
        ...(written && { written }),
      };
    }),
  );
  const allReplayed =
    outcomes.length > 0 && outcomes.every((outcome) => outcome.ok && outcome.replayed);
  const written = outcomes.reduce<Freshness>(
    (all, outcome) => (outcome.ok && outcome.written ? fresher(all, outcome.written) : all),
    {},
  );
  return { ok: true, value: outcomes, written, ...(allReplayed && { replayed: true }) };
};

const firstWrong = (checks: readonly (Refused | undefined)[]): Refused | undefined => {
  const index = checks.findIndex((wrong) => wrong !== undefined);
  const wrong = checks[index];
  return wrong && refusedAt(wrong, `/items/${index}`);
};

/** Together or not at all, no item can be another one's repetition. */
const refuseRepeatedKey = (items: readonly JobItem[]): Refused | undefined => {
  const keys = new Set<string>();
  for (const { key, at } of items) {
    if (keys.has(key)) return refuseField(`${at}/idempotencyKey`, "is another item's");
    keys.add(key);
  }
  return undefined;
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
    idempotency: { key, fingerprint: ports.sha256(`batch ${canonicalJson(content)}`) },
  };
};
