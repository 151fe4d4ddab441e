import type { Idempotency } from "../../actor.ts";
import type { Change, Creation } from "../../changes.ts";
import type { Metadata } from "../../metadata.ts";
import type { Page, PageRequest } from "../../page.ts";

export interface User {
  readonly id: string;
  /** As it was given; unique among the organization's users without regard to case. */
  readonly email: string;
  readonly name: string | null;
  readonly metadata: Metadata;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface NewUser {
  readonly email: string;
  readonly name?: string | null | undefined;
  readonly metadata?: Metadata | null | undefined;
}

/** Absent means unchanged, `null` means cleared. */
export interface UserPatch {
  readonly email?: string | undefined;
  readonly name?: string | null | undefined;
  readonly metadata?: Metadata | null | undefined;
}

export type UserSort = "createdAt" | "updatedAt" | "email" | "name";

export interface UserFilters {
  /** Without regard to case. */
  readonly email?: string | undefined;
}

/** Every method touches one organization's live users only. */
export interface UserStore {
  insert(
    organizationId: string,
    user: Pick<User, "id" | "email" | "name" | "metadata">,
    idempotency: Idempotency | undefined,
  ): Promise<Creation<User, "email_taken">>;
  find(organizationId: string, id: string): Promise<User | null>;
  list(
    organizationId: string,
    page: PageRequest<UserSort>,
    filters: UserFilters,
  ): Promise<Page<User>>;
  update(
    organizationId: string,
    id: string,
    patch: UserPatch,
  ): Promise<Change<User, "email_taken">>;
  /** Deletes the user and its memberships. */
  remove(organizationId: string, id: string): Promise<Change<void>>;
}
