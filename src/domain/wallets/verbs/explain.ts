import type { Actor } from "../../actor.ts";
import { atPointer, notFound } from "../../changes.ts";
import { type Refused, type Result, refuse } from "../../result.ts";
import type { AuthorizationRecord } from "../model/authorization.ts";
import type { EventData } from "../model/event.ts";
import type { LaneIds, WalletReads } from "../ports.ts";
import { decide, eventTime } from "../rules/decide.ts";
import { type ExplainedControl, explain } from "../rules/evidence.ts";
import type { Loaded, Ref, WalletStore } from "../store.ts";
import { authorizeCommand, type NewAuthorization } from "./authorize.ts";

/** Why a payment was decided as it was: every control with the numbers it judged by. */
export interface Explanation {
  readonly authorization: AuthorizationRecord;
  readonly controls: readonly ExplainedControl[];
}

/** From the event that decided it: what the controls said then, whatever has changed since. */
export const explainAuthorization =
  ({ reads }: { readonly reads: WalletReads }) =>
  async (actor: Actor, id: string): Promise<Result<Explanation>> => {
    const event = await reads.findDecision(actor.organizationId, id);
    if (!event) return notFound("authorization");
    const data = JSON.parse(event.dataText) as EventData[
      | "authorization.approved"
      | "authorization.declined"
      | "authorization.forced"];
    const controls = "evidence" in data ? explain(data.evidence) : [];
    return { ok: true, value: { authorization: data.authorization, controls } };
  };

export interface DryRunPorts {
  readonly store: WalletStore;
  readonly ids: LaneIds;
  readonly now: () => number;
}

/** Decides a payment on the state as it is, and commits nothing. */
export const dryRunAuthorization =
  (ports: DryRunPorts) =>
  async (actor: Actor, input: NewAuthorization): Promise<Result<Explanation>> => {
    const ref: Ref = { kind: "card", organizationId: actor.organizationId, id: input.cardId };
    const loaded = await loadNow(ports.store, ref);
    if ("ok" in loaded) return loaded;
    const [wallet] = loaded.wallets;
    const [card] = loaded.cards;
    if (!wallet || !card) return atPointer(notFound("card"), "/cardId");
    const state = { wallet, card };
    const command = authorizeCommand(ports, actor, input);
    const decision = decide(state, command, eventTime(state, ports.now()));
    if (!decision.ok) return atPointer(decision, "/cardId");
    const data = decision.answer.data as EventData["authorization.declined"];
    return {
      ok: true,
      value: { authorization: data.authorization, controls: explain(data.evidence) },
    };
  };

/** Reads state outside the lanes: as committed, by whomever. */
export const loadNow = async (store: WalletStore, ref: Ref): Promise<Loaded | Refused> => {
  const answer = await store.load([ref], readTimeoutMs);
  if (answer.kind === "loaded") return answer;
  if (answer.kind === "rejected" && answer.retry === "no") throw answer.cause;
  return refuse("overloaded", "The database did not answer; nothing was changed.");
};

const readTimeoutMs = 5_000;
