import type { Result } from "../../src/domain/result.ts";
import type { LimitsPatch } from "../../src/domain/wallets/rules/limits.ts";
import type { Book } from "./book.ts";
import type { Profile } from "./profile.ts";
import type { Random } from "./random.ts";
import type { Call } from "./service.ts";

/** Something that a client wants done, and asks for again until it knows. */
export interface Intent {
  readonly operation: string;
  /** All that the request says: what its fingerprint is made of. */
  readonly content: unknown;
  readonly call: Call;
  readonly learn: (value: unknown) => void;
  /** Not a POST, which alone takes an idempotency key: it is not asked for again. */
  readonly keyless?: true;
  /** The same with another amount: what must not be taken for a repeat of it. */
  readonly other?: () => Intent;
}

/** What an intent is made from. */
export interface Draw {
  readonly random: Random;
  readonly book: Book;
  readonly profile: Profile;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Makes an intent of one kind; none where there is nothing that it could be about. */
export type Make = (draw: Draw) => Intent | undefined;

/** An intent that could have been with another amount. */
export const ofAmount = <Input extends { readonly amount: number }>(
  input: Input,
  ask: (input: Input) => Intent,
): Intent => {
  const other = () => ask({ ...input, amount: Math.max(1, input.amount - 1) });
  return { ...ask(input), other };
};

export const withoutKey = (intent: Intent): Intent => ({ ...intent, keyless: true });

/** An intent from the call of one verb, with what its answer teaches. */
export const asking = <T>(
  operation: string,
  content: unknown,
  call: (...args: Parameters<Call>) => Promise<Result<T>>,
  learn: (value: T) => void = () => {},
): Intent => ({ operation, content, call, learn: learn as (value: unknown) => void });

export const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Pacific/Apia",
] as const;

export const amountOf = ({ random, profile }: Pick<Draw, "random" | "profile">): number =>
  random.weighted([
    [profile.poor ? 100 : 0, () => 100],
    [12, () => random.between(1, 1_500)],
    [2, () => random.between(1_500, 8_000)],
    [profile.huge ? 1 : 0, () => Number.MAX_SAFE_INTEGER - random.pick([0, 0, 4_000])],
  ])();

/** What cannot be refused: too much of it, and the wallet never recovers. */
export const smallAmountOf = ({ random, profile }: Pick<Draw, "random" | "profile">): number =>
  profile.huge && random.chance(0.01) ? Number.MAX_SAFE_INTEGER : random.between(1, 600);

/** An amount that stands to another as those of captures, reversals and refunds often do. */
export const partOf = (random: Random, whole: number): number => {
  const share = random.pick([30, 50, 80, 100, 100, 101, 105, 120, 121]);
  const part = Number((BigInt(whole) * BigInt(share)) / 100n) + random.pick([0, 0, 0, 1]);
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(1, part));
};

const limitOf = (random: Random) =>
  random.pick([
    null,
    null,
    { amount: random.between(0, 20_000) },
    { count: random.between(0, 30) },
    { amount: random.between(2_000, 20_000), count: random.between(5, 40) },
  ]);

/** Some windows, each with a limit or with none. */
export const limitsOf = (random: Random): LimitsPatch => {
  const limits: Record<string, { amount?: number; count?: number } | null> = {};
  for (const window of ["day", "week", "month", "year", "lifetime"]) {
    if (random.chance(0.4)) limits[window] = limitOf(random);
  }
  if (random.chance(0.3)) {
    limits["perTransaction"] = random.chance(0.5) ? null : { amount: random.between(100, 4_000) };
  }
  return limits as LimitsPatch;
};

const listOf = (random: Random, values: readonly string[]) => {
  if (random.chance(0.9)) return null;
  const some = () => values.filter(() => random.chance(0.5));
  return random.pick([{ allow: some() }, { block: some() }, { allow: some(), block: some() }]);
};

export const controlsOf = (random: Random) => ({
  merchants: listOf(random, ["m-1", "m-2"]),
  categories: listOf(random, ["5411", "5812", "7011"]),
  countries: listOf(random, ["DE", "US"]),
});

export const merchantOf = (random: Random) => ({
  id: random.pick(["m-1", "m-1", "m-1", "m-1", "m-2", null]),
  name: "Corner shop",
  category: random.pick(["5411", "5812", "7011", null]),
  country: random.pick(["DE", "US", null]),
});
