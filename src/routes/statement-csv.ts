import type { Page, PageRequest } from "../domain/page.ts";
import type { Refused, Result } from "../domain/result.ts";
import type { TransactionRecord } from "../domain/wallets/model/transaction.ts";
import type { TransactionSort } from "../domain/wallets/ports.ts";

export const csvMediaType = "text/csv";

/** Only who names it gets CSV: `*` is JSON. */
export const wantsCsv = (accept: string | undefined): boolean =>
  (accept ?? "").split(",").some((range) => range.split(";")[0]?.trim() === csvMediaType);

const columns = [
  "id",
  "createdAt",
  "effectiveAt",
  "kind",
  "debit",
  "credit",
  "amount",
  "currency",
  "available",
  "held",
  "receivable",
  "sourceId",
  "cardId",
  "reference",
] as const satisfies readonly (keyof TransactionRecord)[];

const rowsAtOnce = 500;

type Read = (page: PageRequest<TransactionSort>) => Promise<Result<Page<TransactionRecord>>>;

/** The whole statement from a place on as CSV (RFC 4180), read page by page while it is sent. */
export const statementCsv = async (
  from: PageRequest<TransactionSort>,
  read: Read,
): Promise<Response | Refused> => {
  const first = await read({ ...from, limit: rowsAtOnce });
  if (!first.ok) return first;
  let page: Page<TransactionRecord> | undefined = first.value;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => stream.enqueue(encoder.encode(`${columns.join(",")}\r\n`)),
    pull: async (stream) => {
      if (!page) return stream.close();
      stream.enqueue(encoder.encode(page.items.map(line).join("")));
      if (!page.next) {
        page = undefined;
        return undefined;
      }
      const next = await read({ ...from, skip: 0, limit: rowsAtOnce, after: page.next });
      // The status is sent: a statement that breaks off must not look whole.
      if (!next.ok) return stream.error(new Error("the statement could not be read to its end"));
      page = next.value;
      return undefined;
    },
  });
  const headers = {
    "Content-Type": `${csvMediaType}; charset=utf-8; header=present`,
    "Content-Disposition": 'attachment; filename="statement.csv"',
    "Cache-Control": "no-store",
  };
  return new Response(body, { headers });
};

const line = (transaction: TransactionRecord): string =>
  `${columns.map((column) => cell(transaction[column])).join(",")}\r\n`;

const cell = (value: string | number | null): string => {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // A text that a spreadsheet would run as a formula is a text.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
