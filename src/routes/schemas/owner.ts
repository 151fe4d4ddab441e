import * as z from "zod";
import type { Owner } from "../../domain/directory/wallet-owners.ts";
import { id } from "./id.ts";

interface OwnerFields {
  readonly teamId?: string | null | undefined;
  readonly userId?: string | null | undefined;
}

/** The one of a team and a user that is named; an issue at both where it is not exactly one. */
export const toOwner = (given: OwnerFields, context: z.RefinementCtx): Owner => {
  const { teamId, userId } = given;
  if (teamId && !userId) return { teamId };
  if (userId && !teamId) return { userId };
  for (const path of ["teamId", "userId"]) {
    context.addIssue({ code: "custom", path: [path], message: "Exactly one of the two is needed" });
  }
  return z.NEVER;
};

/** The filter of a bulk delete: exactly one, so that nothing is deleted by accident. */
export const ownerFilter = z
  .strictObject({ teamId: id.optional(), userId: id.optional() })
  .transform(toOwner);
