import type { Actor } from "../../actor.ts";
import { type Result, refuse } from "../../result.ts";
import type { CommandLane, JobItem } from "../lane/job.ts";
import type { EventData, EventType } from "../model/event.ts";
import type { LaneIds } from "../ports.ts";
import type { StateCommand } from "../rules/decide.ts";
import type { CardSecret, CommittedEvent } from "../store.ts";

export interface CommandPorts {
  readonly lane: CommandLane;
  readonly ids: LaneIds;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** How long a command may take, queueing and retries included. */
export const commandTimeoutMs = 8_000;

/** How many wallets or cards one request may change. */
export const mostAtOnce = 1_000;

/**
 * Sends one command to its wallet's lane and answers the data of the event it caused.
 * `type` names the events that it can cause.
 */
export const execute = async <Type extends EventType>(
  ports: CommandPorts,
  actor: Actor,
  command: StateCommand,
  types: readonly Type[],
  secret?: CardSecret,
): Promise<Result<EventData[Type]>> => {
  const item = keyed(ports, actor, command);
  const result = await submit(ports, actor, [secret ? { ...item, secret } : item]);
  if (!result.ok) return result;
  const [event] = result.value;
  if (!event) throw new Error(`${command.kind} caused no event`);
  // The fingerprint names the operation, so a repeated key cannot answer with another's event.
  if (!types.includes(event.type as Type)) throw new Error(`${command.kind} caused ${event.type}`);
  return { ...result, value: event.data as EventData[Type] };
};

/** Commits commands together or not at all. */
export const executeAll = (
  ports: CommandPorts,
  actor: Actor,
  commands: readonly StateCommand[],
): Promise<Result<readonly CommittedEvent[]>> =>
  commands.length > mostAtOnce
    ? Promise.resolve(refuse("too_many_at_once", `At most ${mostAtOnce} can be changed at once.`))
    : submit(
        ports,
        actor,
        commands.map((command) => keyed(ports, actor, command)),
      );

export const submit = (ports: CommandPorts, actor: Actor, items: readonly JobItem[]) =>
  ports.lane.submit({
    organizationId: actor.organizationId,
    requestId: actor.requestId,
    deadline: ports.now() + commandTimeoutMs,
    items,
  });

/**
 * Every command has a key, minted here if the client sent none, so that one whose answer
 * is lost can be asked for. The two kinds cannot be mistaken for each other.
 */
export const keyed = (ports: CommandPorts, actor: Actor, command: StateCommand): JobItem =>
  actor.idempotency
    ? {
        command,
        key: `client:${actor.idempotency.key}`,
        fingerprint: actor.idempotency.fingerprint,
      }
    : { command, key: `minted:${ports.ids.next()}`, fingerprint: null };
