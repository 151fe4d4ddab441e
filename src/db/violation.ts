import { type Hindered, hindered } from "../domain/changes.ts";
import { DatabaseRejected } from "./database.ts";
import { pause } from "./pause.ts";

/**
 * Runs `work`, one statement or batch. If one of these constraints rejects it, that is an
 * expected outcome. If it fell to a deadlock (two users who swap e-mail addresses) or a
 * serialization failure, it certainly changed nothing and runs again. Any other error
 * goes on.
 */
export const hinderedBy = async <T, By extends string>(
  constraints: Readonly<Record<string, By>>,
  work: () => Promise<T>,
  attempts = 3,
): Promise<T | Hindered<By>> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseRejected)) throw error;
    const constraint = error.constraint ?? "";
    const by = Object.hasOwn(constraints, constraint) ? constraints[constraint] : undefined;
    if (by !== undefined) return hindered(by);
    if (!retryable.has(error.sqlState) || attempts <= 1) throw error;
    // Who comes back at once overtakes those that waited, and meets them in the next deadlock.
    await pause(10 + Math.random() * 40);
    return hinderedBy(constraints, work, attempts - 1);
  }
};

/** PostgreSQL's serialization_failure and deadlock_detected. */
const retryable = new Set(["40001", "40P01"]);
