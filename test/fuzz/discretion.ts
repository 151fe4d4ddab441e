import { luhnValid } from "../../src/domain/wallets/cards/card-number.ts";
import type { Operation } from "../support/contract.ts";
import { broughtPrefix } from "./field-values.ts";

/** What only the inside knows: statements, stacks, names of classes and of files. */
const inside: readonly RegExp[] = [
  /\bat (async )?[\w.$<>]+ \((file|node|\/|\w+:)/,
  /node_modules|[\w-]\.[tj]s:\d+/,
  /\b(insert into|delete from|with locked|select .{1,80} from|for (no key )?update)\b/i,
  /\b(ZodError|PostgresError|DrizzleError|NeonDbError|DatabaseRejected|DatabaseUnreachable)\b/,
  /duplicate key value|violates (foreign|unique|check|not-null)|syntax error at|relation "|column "/,
  /postgres(ql)?:\/\//,
];

/** The range from which Purser issues numbers where no other is configured. */
const issuedPrefix = "400000";

const cardNumbers = new RegExp(
  `(?<![0-9a-f])(?:${broughtPrefix}\\d{7,13}|${issuedPrefix}\\d{10})(?![0-9a-f])`,
  "gi",
);

/** New secrets are remembered until so many newer ones are known. */
const most = 300;

/** Finds what must never leave the server: in answers, in headers and in what it logs. */
export class Discretion {
  readonly #configured: readonly string[];
  #shown: string[] = [];

  constructor(configured: readonly string[]) {
    this.#configured = configured.filter((secret) => secret.length >= 12);
  }

  /** Remembers a key that was shown once, so that it is never seen again. */
  remember(key: unknown): void {
    const secret = typeof key === "string" ? key.split(".")[1] : undefined;
    if (secret) this.#shown = [...this.#shown, secret].slice(-most);
  }

  faultsIn(text: string): string[] {
    const leaked = [...this.#configured, ...this.#shown].filter((secret) => text.includes(secret));
    return [
      ...leaked.map((secret) => `a secret (${secret.slice(0, 3)}...) is told`),
      ...inside.flatMap((pattern) => {
        const [found] = pattern.exec(text) ?? [];
        return found === undefined ? [] : [`the inside is told: ${found}`];
      }),
      ...this.#cardNumbersIn(text),
    ];
  }

  #cardNumbersIn(text: string): string[] {
    const numbers = (text.match(cardNumbers) ?? []).filter(luhnValid);
    return numbers.map((number) => `a card number (${number.slice(0, 6)}...) is told`);
  }
}

/** Members that an operation answers so that somebody learns them. */
const told: Readonly<Record<string, readonly string[]>> = {
  createOrganization: ["apiKey"],
  createApiKey: ["key"],
  revealCard: ["number", "cvv"],
};

/** What an operation is there to tell, left out of a success. */
export const withoutTold = (operation: Operation | undefined, body: unknown): unknown => {
  const names = told[operation?.id ?? ""] ?? [];
  const { data } = (body ?? {}) as { data?: Readonly<Record<string, unknown>> };
  if (!data || names.length === 0) return body;
  const kept = Object.entries(data).filter(([name]) => !names.includes(name));
  return { ...(body as object), data: Object.fromEntries(kept) };
};

export const toldKey = (operation: Operation | undefined, body: unknown): unknown => {
  const { data } = (body ?? {}) as { data?: { key?: unknown; apiKey?: unknown } };
  return operation && operation.id in told ? (data?.key ?? data?.apiKey) : undefined;
};
