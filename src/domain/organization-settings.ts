import type { Limits } from "./wallets/rules/limits.ts";

/** What an organization decides for the wallets and cards that it makes. */
export interface OrganizationSettings {
  /** ISO 4217 code for wallets that name none. */
  readonly currency: string;
  /** IANA time zone for wallets that name none. */
  readonly timezone: string;
  /** Copied to a wallet or card when it is made; changing them changes no existing one. */
  readonly defaultLimits: Limits;
  /** The smallest amount that a day or month limit may have, in minor units. */
  readonly smallestLimit: number;
}
