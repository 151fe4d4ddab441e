import type { Actor } from "../../actor.ts";
import { changeResult } from "../../changes.ts";
import type { Result } from "../../result.ts";
import { emailTaken } from "./create-user.ts";
import type { User, UserPatch, UserStore } from "./user.ts";

export const updateUser =
  ({ users }: { users: UserStore }) =>
  async (actor: Actor, id: string, patch: UserPatch): Promise<Result<User>> =>
    changeResult(await users.update(actor.organizationId, id, patch), "user", emailTaken);
