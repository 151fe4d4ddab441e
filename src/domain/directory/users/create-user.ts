import type { Actor } from "../../actor.ts";
import { creationResult } from "../../changes.ts";
import type { Ids } from "../../ids.ts";
import { type Refused, type Result, refuse } from "../../result.ts";
import type { NewUser, User, UserStore } from "./user.ts";

export const createUser =
  ({ users, ids }: { users: UserStore; ids: Ids }) =>
  async (actor: Actor, input: NewUser): Promise<Result<User>> => {
    const user = {
      id: ids.next(),
      email: input.email,
      name: input.name ?? null,
      metadata: input.metadata ?? {},
    };
    const creation = await users.insert(actor.organizationId, user, actor.idempotency);
    return creationResult(creation, emailTaken);
  };

export const emailTaken = (): Refused =>
  refuse("email_taken", "Another user of the organization has this e-mail address.", [
    { pointer: "/email", detail: "Is taken; case makes no difference" },
  ]);
