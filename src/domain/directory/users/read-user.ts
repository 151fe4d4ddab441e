import type { Actor } from "../../actor.ts";
import { foundResult } from "../../changes.ts";
import type { Page, PageRequest } from "../../page.ts";
import { ok, type Result } from "../../result.ts";
import type { User, UserFilters, UserSort, UserStore } from "./user.ts";

export const getUser =
  ({ users }: { users: UserStore }) =>
  async (actor: Actor, id: string): Promise<Result<User>> =>
    foundResult(await users.find(actor.organizationId, id), "user");

export const listUsers =
  ({ users }: { users: UserStore }) =>
  async (
    actor: Actor,
    page: PageRequest<UserSort>,
    filters: UserFilters,
  ): Promise<Result<Page<User>>> =>
    ok(await users.list(actor.organizationId, page, filters));
