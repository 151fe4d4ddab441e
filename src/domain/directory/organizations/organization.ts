import type { Idempotency } from "../../actor.ts";
import type { Change, Creation } from "../../changes.ts";
import type { Metadata } from "../../metadata.ts";
import {
  defaultPaymentSettings,
  type OrganizationSettings,
  type PaymentSettings,
} from "../../organization-settings.ts";
import type { Page, PageRequest } from "../../page.ts";
import type { Limits, LimitsPatch } from "../../wallets/rules/limits.ts";
import type { StoredApiKey } from "../api-keys/api-key.ts";

export interface Organization extends OrganizationSettings {
  readonly id: string;
  readonly name: string;
  readonly metadata: Metadata;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** `apiKey` is `id.secret`; `null` when the creation is replayed, because no secret is stored. */
export type OrganizationWithKey = Organization & { readonly apiKey: string | null };

export interface NewOrganization {
  readonly name: string;
  readonly currency?: string | undefined;
  readonly timezone?: string | undefined;
  /** An absent window has its default. */
  readonly defaultLimits?: LimitsPatch | undefined;
  readonly smallestLimit?: number | undefined;
  /** An absent setting has its default. */
  readonly payments?: PaymentSettingsPatch | undefined;
  readonly metadata?: Metadata | null | undefined;
}

export type PaymentSettingsPatch = {
  readonly [Setting in keyof PaymentSettings]?: PaymentSettings[Setting] | undefined;
};

/** Absent means unchanged; changes hold for wallets and cards that are made later. */
export type OrganizationPatch = {
  readonly [Field in keyof NewOrganization]?: NewOrganization[Field] | undefined;
};

export type OrganizationSort = "createdAt" | "updatedAt" | "name";

/** What `settings.defaultLimits` may not be below. */
export type OrganizationHindrance = "day_limit_too_small" | "month_limit_too_small";

export interface OrganizationStore {
  /** Makes the organization and its first key; both or none. */
  insert(
    organization: Omit<Organization, "createdAt" | "updatedAt">,
    key: StoredApiKey,
    idempotency: Idempotency | undefined,
  ): Promise<Creation<Organization, OrganizationHindrance>>;
  find(organizationId: string): Promise<Organization | null>;
  list(page: PageRequest<OrganizationSort>): Promise<Page<Organization>>;
  update(
    organizationId: string,
    patch: OrganizationPatch,
  ): Promise<Change<Organization, OrganizationHindrance>>;
}

export const defaultSettings: OrganizationSettings & { readonly defaultLimits: Limits } = {
  currency: "EUR",
  timezone: "UTC",
  defaultLimits: {
    perTransaction: null,
    day: { amount: 500_000 },
    week: null,
    month: { amount: 500_000 },
    year: null,
    lifetime: null,
  },
  smallestLimit: 10_000,
  payments: defaultPaymentSettings,
};
