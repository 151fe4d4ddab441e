import { eventTable, fieldTable } from "./events.ts";
import { kindTable, postingExamples } from "./ledger.ts";
import { reasonTable } from "./reasons.ts";
import { withSection } from "./table.ts";

/** Sections of hand-written documents that the rules say. */
export const documents: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "docs/payments.md": { reasons: reasonTable },
  "docs/ledger.md": { kinds: kindTable, postings: postingExamples },
  "docs/events.md": { types: eventTable, data: fieldTable },
};

export const filled = (path: string, document: string): string =>
  Object.entries(documents[path] ?? {}).reduce(
    (text, [name, content]) => withSection(text, name, content()),
    document,
  );
