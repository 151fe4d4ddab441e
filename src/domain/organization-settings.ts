import type { CaptureTolerance } from "./wallets/model/command.ts";
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
  readonly payments: PaymentSettings;
}

/** How long holds live and how far captures may pass what was approved. */
export interface PaymentSettings {
  readonly holdDays: number;
  /** Of lodging and car rental. */
  readonly travelHoldDays: number;
  readonly captureTolerances: readonly CaptureTolerance[];
}

/**
 * Card networks' practice: a week, a month for a stay; a fifth for the tips of restaurants
 * and bars, somewhat less for what flows into a tank.
 */
export const defaultPaymentSettings: PaymentSettings = {
  holdDays: 7,
  travelHoldDays: 31,
  captureTolerances: [
    { categories: ["5812", "5813", "5814"], percent: 20, amount: 0 },
    { categories: ["5541", "5542"], percent: 15, amount: 0 },
  ],
};
