import type { Operation } from "../support/contract.ts";
import type { Caller, Twist } from "./attempt.ts";
import type { Retired, Tenant } from "./tenant.ts";

/** Who there is. */
export interface World {
  readonly adminToken: string;
  /** Whose requests these are, as far as they say so truly. */
  readonly own: Tenant;
  /** Whose ids are tried; it does nothing itself, so nothing of it may change. */
  readonly foreign: Tenant;
  /** Another that has a key and nothing else. */
  readonly stranger: Tenant;
  readonly retired: Retired;
  /** Idempotency keys that the foreign organization has used, to be used up. */
  readonly foreignKeys: string[];
}

export const callerOf = (twists: readonly Twist[]): Caller =>
  twists.findLast((twist) => twist.on === "caller")?.caller ?? "owner";

export const tokenOf = async (
  caller: Caller,
  twists: readonly Twist[],
  world: World,
  { access }: Operation,
): Promise<string | undefined> => {
  const { own, stranger, retired, adminToken } = world;
  switch (caller) {
    case "owner":
      if (access === "public") return undefined;
      return access === "admin" ? adminToken : own.organization.apiKey;
    case "without scope":
      return own.without(access);
    case "revoked":
    case "expired":
      return retired[caller];
    case "stranger":
      return stranger.organization.apiKey;
    case "admin":
      return adminToken;
    case "nobody":
      return undefined;
    case "garbage": {
      const pick = twists.findLast((twist) => twist.on === "caller")?.pick ?? 0;
      return garbage(own.organization.apiKey)[pick % 8];
    }
  }
};

const garbage = (key: string): readonly string[] => [
  `${key}x`,
  key.slice(0, -1),
  key.split(".")[0] ?? "",
  `${key.split(".")[0]}.`,
  `00000000-0000-7000-8000-000000000000.${key.split(".")[1]}`,
  "' or 1=1",
  "x".repeat(600),
  key.toUpperCase(),
];

/** Who may not call is told before anything else is looked at. */
export const decidedBy = (caller: Caller, access: string | undefined): number | undefined => {
  if (access === undefined || access === "public") return undefined;
  const isAdmin = access === "admin";
  switch (caller) {
    case "revoked":
    case "expired":
    case "nobody":
    case "garbage":
      return 401;
    case "admin":
      return isAdmin ? undefined : 401;
    case "without scope":
      return 403;
    case "stranger":
      return isAdmin ? 403 : undefined;
    case "owner":
      return undefined;
  }
};
