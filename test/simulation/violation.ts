/** What Purser promises and a simulation watches, after every step. */
export const promises = {
  exactly_once: "what was acknowledged is in the log exactly once",
  refused_not_at_all: "what was refused has no effect, then or later",
  at_most_once: "a key has one effect at most, however often it is sent",
  settles: "a repeat with the same key ends in an answer once the faults are over",
  true_answer: "an answer is what the log says, and a replay is marked as one",
  proved_refusal: "a refusal was true of the state that its commit proved",
  in_time: "nobody waits longer than they said",
  no_crash: "nothing throws that is not a bug",
  rules: "every decision is the one of a naive model of the rules",
  log: "sequences have no gap, hashes chain, times never go back, decisions repeat",
  projections: "every row is what replaying the log gives",
  balances: "balances are the journal's sums and none is below zero",
  holds: "what is held is what open payments hold",
  usage: "what limits count is what payments took of them",
  clearing: "transfers net to zero, each in one commit",
  trial_balance: "debits and credits of all accounts and wallets are equal",
  future: "no event is dated later than the database's clock allows",
} as const;

export type PromiseName = keyof typeof promises;

/** A promise that was broken. */
export interface Violation {
  readonly promise: PromiseName;
  readonly detail: string;
}

export const stackOf = (error: unknown): string =>
  error instanceof Error ? `${error.stack}` : String(error);

/** Takes the violations that a simulation finds; the first one ends it. */
export type Report = (promise: PromiseName, detail: string) => void;
