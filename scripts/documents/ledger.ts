import type { PostingKind, PostingRecord } from "../../src/domain/wallets/model/posting.ts";
import { story } from "./story.ts";
import { table } from "./table.ts";

/** An entry of the story, with what caused it. */
export interface Example extends PostingRecord {
  readonly act: string;
  readonly walletId: string;
}

export const examples = (): Example[] =>
  story().flatMap(({ words, events }) =>
    events.flatMap(({ walletId, data }) =>
      "postings" in data
        ? data.postings.map((posting) => ({ ...posting, act: words, walletId }))
        : [],
    ),
  );

/** What each act books, by the rules: one wallet from its first deposit to its end. */
export const postingExamples = (): string => {
  let told = "";
  const rows = examples().map((example) => {
    const { act, walletId, kind, debit, credit, amount, available, held, receivable } = example;
    const words = act === told ? "" : act;
    told = act;
    const whose = walletId === "wallet" ? "" : ` (${walletId})`;
    return [`${words}${whose}`, kind, debit, credit, amount, available, held, receivable];
  });
  const head = ["act", "kind", "debit", "credit", "amount", "available", "held", "receivable"];
  return table(head, rows);
};

/** What each kind of entry is. A new kind does not compile until it is here. */
const meanings: Readonly<Record<PostingKind, string>> = {
  deposit: "Money came in from outside.",
  withdrawal: "Money left.",
  transfer_out: "Money went to another wallet.",
  transfer_in: "Money came from another wallet.",
  hold: "A payment or an increment was approved.",
  repayment: "What came in repaid what the wallet owed: it always follows the entry that came in.",
  capture: "The merchant took held money.",
  uncovered_capture: "It took more than was held, late, or unasked: from what was available.",
  advance: "The same, where nothing was available any more: the wallet owes it.",
  release: "Held money was given back: reversed, expired, or left by a final capture.",
  refund: "The merchant returned money.",
};

export const kindTable = (): string =>
  table(
    ["kind", "debit", "credit", "what happened"],
    Object.entries(meanings).map(([kind, meaning]) => {
      const example = examples().find((entry) => entry.kind === kind);
      return [`\`${kind}\``, example?.debit ?? "", example?.credit ?? "", meaning];
    }),
  );
