import type { Actor } from "../../src/domain/actor.ts";
import { defaultPaymentSettings } from "../../src/domain/organization-settings.ts";
import { noLimits } from "../../src/domain/wallets/rules/limits.ts";
import { newId } from "./wallet-states.ts";

/** Whoever asks, for an organization of its own. */
export const anActor = (over: Partial<Actor> = {}): Actor => ({
  organizationId: newId(),
  apiKeyId: newId(),
  settings: {
    currency: "EUR",
    timezone: "UTC",
    defaultLimits: noLimits,
    smallestLimit: 0,
    payments: defaultPaymentSettings,
  },
  requestId: newId(),
  ...over,
});
