import type { DraftEvent } from "../../src/domain/wallets/model/event.ts";
import type { Decision } from "../../src/domain/wallets/rules/decision.ts";
import type { NaiveOutcome } from "./naive-world.ts";

/** The rules' decisions and the naive model's outcomes in one form, to be compared. */

export const outcomeOf = (decision: Decision) =>
  decision.ok ? outcomeOfEvent(decision.answer) : { kind: "refused", code: decision.refusal.code };

export const outcomeOfEvent = (event: DraftEvent) => {
  switch (event.type) {
    case "authorization.approved": {
      const { amount, reasons } = event.data.authorization;
      return { kind: "approved", amount: BigInt(amount), reasons: [...reasons].sort() };
    }
    case "authorization.incremented": {
      const { amount, reasons } = event.data.increment;
      return { kind: "approved", amount: BigInt(amount), reasons: [...reasons].sort() };
    }
    case "authorization.declined":
      return { kind: "declined", reasons: [...event.data.authorization.reasons].sort() };
    case "authorization.increment_declined":
      return { kind: "declined", reasons: [...event.data.increment.reasons].sort() };
    default:
      return { kind: "done" };
  }
};

/** The model's outcome in the form of the decision's; of several refusals the one that was given. */
export const comparable = (expected: NaiveOutcome, given: string | undefined) => {
  if (expected.kind === "refused") {
    return {
      kind: "refused",
      code: expected.codes.find((code) => code === given) ?? expected.codes,
    };
  }
  return "reasons" in expected ? { ...expected, reasons: [...expected.reasons].sort() } : expected;
};
