import { type Context, contexts } from "./contexts.ts";
import { withoutComments } from "./migration-steps.ts";

/**
 * The statements of a migration: all of them, or those of one context. Nothing joins the
 * two schemas, so each statement belongs to the one that it names.
 */
export const statementsOf = (sql: string, context: Context | undefined): string[] =>
  sql
    .split("--> statement-breakpoint")
    .filter((statement) => statement.trim() !== "")
    .filter((statement) => context === undefined || contextOf(statement) === context);

const contextOf = (statement: string): Context => {
  const code = withoutComments(statement);
  const [named, ...others] = contexts.filter((context) => names(code, context));
  if (named === undefined || others.length > 0) {
    const start = code.trim().slice(0, 60);
    throw new Error(`A migration's statement must name one context's schema: ${start}`);
  }
  return named;
};

/** As in `"wallets"."cards"`, `wallets.cards` or `CREATE SCHEMA "wallets"`; not a table's own name. */
const names = (code: string, context: Context): boolean =>
  new RegExp(`(?<!\\.)"?\\b${context}\\b"?\\.|schema\\s+"?${context}\\b`, "i").test(code);
