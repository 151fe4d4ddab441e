import type { Accepted } from "./summary.ts";

/** Survivors that are the same as the code; each was looked at. */
export const accepted: readonly Accepted[] = [
  ...of("src/domain/wallets/rules/apply.ts", [
    ["returned.length > 0", "true", "giving back nothing changes nothing"],
    ["returned.length > 0", "returned.length >= 0", "giving back nothing changes nothing"],
    ["default: return {};", "default:", "`undefined` is spread as nothing is"],
  ]),
  ...of("src/domain/wallets/rules/capture.ts", [
    ["category !== null", "true", "no list of categories has `null` in it"],
    ["share > amount", "share >= amount", "of two equal amounts either is the larger"],
  ]),
  ...of("src/domain/wallets/rules/evidence.ts", [
    ['typeof value === "number"', "false", "a number compares with a bigint as one does"],
    ['"number"', '""', "a number compares with a bigint as one does"],
  ]),
  ...of("src/domain/wallets/rules/hold-period.ts", [
    ["category !== null", "true", "`null` is neither above nor below a text"],
  ]),
  ...of("src/domain/wallets/rules/lifecycle.ts", [
    ["payment.expiresAt === null", "false", "what is open has a time at which it ends"],
  ]),
  ...of("src/domain/wallets/rules/limits.ts", [
    ["amount !== undefined", "true", "`undefined` is not below a number"],
  ]),
  ...of("src/domain/wallets/rules/low-balance.ts", [
    ["warnings.length === 0", "false", "no events more are the same events"],
  ]),
  ...of("src/domain/wallets/rules/movements.ts", [
    ["effectiveAt !== null", "true", "no time is not later than now"],
    ["!after", "false", "a movement always books"],
  ]),
  ...of("src/domain/wallets/rules/payment-controls.ts", [
    ["value !== null", "true", "no list has `null` in it"],
    ["value === null", "false", "no list has `null` in it"],
    ["now < nextMonth - 86_400_000", "false", "only spares the calendar"],
    ["now < nextMonth - 86_400_000", "now <= nextMonth - 86_400_000", "only spares the calendar"],
    ["limit > used", "limit >= used", "nothing is left either way"],
  ]),
  ...of("src/domain/wallets/rules/usage.ts", [
    [
      "last.count - entry.count",
      "last.count + entry.count",
      "an entry that is given back in part gives back no count",
    ],
  ]),
  ...of("src/domain/wallets/rules/windows.ts", [
    ["formatters.set(timezone, found);", ";", "only spares making the formatter again"],
  ]),
  ...of("src/domain/wallets/verbs/batch.ts", [
    ["batch?.key", "batch.key", "without the batch's key the item has its own"],
  ]),
  ...of("src/domain/wallets/verbs/create-wallet.ts", [
    ['draft?.type !== "wallet.created"', "false", "opening a wallet creates it"],
    ["draft?.type", "draft.type", "opening a wallet creates it"],
  ]),
  ...of("src/domain/wallets/verbs/explain.ts", [
    ['answer.kind === "rejected"', "true", "only what is rejected says whether to try again"],
  ]),
  ...of("src/domain/directory/api-keys/create-api-key.ts", [
    ["expiresAt !== null", "true", "no time is not in the past"],
  ]),
  ...of("src/domain/directory/team-members/update-team-member.ts", [
    ["(by: never) => by", "() => undefined", "nothing stands in the way of such a change"],
  ]),
];

type Row = readonly [original: string, replacement: string, why: string];

function of(file: string, rows: readonly Row[]): Accepted[] {
  return rows.map(([original, replacement, why]) => ({ file, original, replacement, why }));
}
