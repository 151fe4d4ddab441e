import type { Accepted } from "./summary.ts";

/** Survivors that are the same as the code; each was looked at. */
export const accepted: readonly Accepted[] = [];
