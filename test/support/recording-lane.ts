import type { Actor } from "../../src/domain/actor.ts";
import { laneKeyOf } from "../../src/domain/ids.ts";
import { defaultPaymentSettings } from "../../src/domain/organization-settings.ts";
import { ok, type Refused, type Result, refuse } from "../../src/domain/result.ts";
import type { Job, JobResult } from "../../src/domain/wallets/lane/job.ts";
import type { EventType } from "../../src/domain/wallets/model/event.ts";
import type { StoredOperation } from "../../src/domain/wallets/ports.ts";
import { noLimits } from "../../src/domain/wallets/rules/limits.ts";
import { newId, noon } from "./wallet-states.ts";

export const actor: Actor = {
  organizationId: newId(),
  apiKeyId: newId(),
  settings: {
    currency: "EUR",
    timezone: "UTC",
    defaultLimits: { ...noLimits, day: { amount: 500 } },
    smallestLimit: 10,
    payments: defaultPaymentSettings,
  },
  requestId: newId(),
};
export const walletId = newId();
export const cardId = newId();
export const authorizationId = newId();

/** Ports whose lane answers each job so; `jobs` has what it was sent. */
export const portsWith = (answer: JobResult | ((job: Job) => JobResult)) => {
  const jobs: Job[] = [];
  const submit = async (job: Job): Promise<JobResult> => {
    jobs.push(job);
    return typeof answer === "function" ? answer(job) : answer;
  };
  const numbers: string[] = [];
  return {
    jobs,
    numbers,
    ports: {
      lane: { submit },
      ids: { next: () => "id", withLane: (key: number) => `in lane ${key}` },
      now: () => noon,
      owners: {
        ownerExists: async (): Promise<boolean> => true,
        userExists: async (): Promise<boolean> => true,
      },
      reads: { findOperation: async (): Promise<StoredOperation | null> => null },
      vault: {
        seal: async (organizationId: string, id: string, number: string) => {
          numbers.push(number);
          return {
            numberCiphertext: `${organizationId} ${id} ${number}`,
            numberKeyVersion: 1,
            numberFingerprint: number,
          };
        },
        newNumber: () => "4000000000000002",
        open: async () => "4000000000000002",
        cvv: async () => "123",
      },
    },
  };
};

export const caused = (type: EventType, data: unknown): JobResult =>
  ok([
    {
      walletId,
      sequence: 2,
      type,
      at: noon,
      data,
      commandKey: null,
      fingerprint: null,
      requestId: actor.requestId,
    },
  ]);
export const commandOf = (jobs: readonly Job[]) => jobs[0]?.items[0]?.command;
export const told = (result: Result<unknown>) => {
  if (result.ok) throw new Error("it was not refused");
  const { code, errors = [] } = result.refusal;
  return [code, ...errors.map(({ pointer }) => pointer)];
};
export const notThere: Refused = refuse("not_found", "It is not there.");
export const beside = (id: string) => `in lane ${laneKeyOf(id)}`;
