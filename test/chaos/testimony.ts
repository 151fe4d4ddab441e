import type { Command } from "./commands.ts";

/** What one request came to, as its client knows it. */
export type Answer =
  /** It is done: a success. */
  | {
      readonly kind: "acknowledged";
      readonly data: unknown;
      readonly replayed: boolean;
      readonly at: number;
    }
  /** Nothing was changed: the answer says so. */
  | { readonly kind: "refused"; readonly code: string; readonly passing: boolean }
  /** Nobody knows: no answer came, or one that says so. */
  | { readonly kind: "unknown"; readonly why: string };

/** A command with all that its client was told of it, in order. */
export interface Told {
  readonly command: Command;
  readonly answers: Answer[];
}

/** What it all comes to: `unknown` as soon as one request may have acted without saying so. */
export const fateOf = ({ answers }: Told): Answer["kind"] => {
  if (answers.some(({ kind }) => kind === "acknowledged")) return "acknowledged";
  return answers.every(({ kind }) => kind === "refused") && answers.length > 0
    ? "refused"
    : "unknown";
};

/** Everything that the clients of a run know: what the database is held against at the end. */
export class Testimony {
  readonly told: Told[] = [];
  /** When something was acknowledged, in order. */
  readonly acknowledgedAt: number[] = [];

  begin(command: Command): Told {
    const told: Told = { command, answers: [] };
    this.told.push(told);
    return told;
  }

  add({ answers }: Told, answer: Answer): void {
    answers.push(answer);
    if (answer.kind === "acknowledged") this.acknowledgedAt.push(answer.at);
  }

  /** The longest time between `from` and `to` in which nothing was acknowledged. */
  longestSilence(from: number, to: number): number {
    let longest = 0;
    let last = this.acknowledgedAt.findLast((at) => at <= from) ?? from;
    for (let index = this.acknowledgedAt.findLastIndex((at) => at <= from) + 1; ; index++) {
      const at = this.acknowledgedAt[index];
      if (at === undefined || at > to) return Math.max(longest, to - last);
      longest = Math.max(longest, at - last);
      last = at;
    }
  }
}
