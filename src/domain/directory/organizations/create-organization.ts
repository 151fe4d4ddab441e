import { type Idempotency, scopes } from "../../actor.ts";
import { creationResult } from "../../changes.ts";
import type { Ids } from "../../ids.ts";
import { type Refused, type Result, refuse } from "../../result.ts";
import type { Secrets } from "../secrets.ts";
import {
  defaultSettings,
  type NewOrganization,
  type OrganizationHindrance,
  type OrganizationStore,
  type OrganizationWithKey,
} from "./organization.ts";

/**
 * Made by the operator of the platform, who belongs to no organization. The first key has
 * every scope, since a key can grant only what it holds.
 */
export const createOrganization =
  ({ organizations, ids, secrets }: Ports) =>
  async (
    request: { readonly idempotency?: Idempotency | undefined },
    input: NewOrganization,
  ): Promise<Result<OrganizationWithKey>> => {
    const secret = secrets.newSecret();
    const organization = {
      id: ids.next(),
      name: input.name,
      currency: input.currency ?? defaultSettings.currency,
      timezone: input.timezone ?? defaultSettings.timezone,
      defaultLimits: withDefaults(defaultSettings.defaultLimits, input.defaultLimits),
      smallestLimit: input.smallestLimit ?? defaultSettings.smallestLimit,
      payments: withDefaults(defaultSettings.payments, input.payments),
      metadata: input.metadata ?? {},
    };
    const key = {
      id: ids.next(),
      name: "First key",
      secretSha256: await secrets.sha256Hex(secret),
      scopes,
      rateLimitPerSecond: null,
      expiresAt: null,
    };
    const creation = await organizations.insert(organization, key, request.idempotency);
    const result = creationResult(creation, limitTooSmall);
    if (!result.ok) return result;
    const apiKey = result.replayed ? null : `${key.id}.${secret}`;
    return { ...result, value: { ...result.value, apiKey } };
  };

interface Ports {
  readonly organizations: OrganizationStore;
  readonly ids: Ids;
  readonly secrets: Secrets;
}

export const limitTooSmall = (by: OrganizationHindrance): Refused => {
  const window = by === "day_limit_too_small" ? "day" : "month";
  return refuse("validation_failed", "A default limit is below the smallest limit.", [
    { pointer: `/defaultLimits/${window}/amount`, detail: "Must not be below `smallestLimit`" },
  ]);
};

const withDefaults = <Settings extends object>(
  defaults: Settings,
  patch: { readonly [Setting in keyof Settings]?: Settings[Setting] | undefined } = {},
): Settings => {
  const said = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) };
};
