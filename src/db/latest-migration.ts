import journal from "../../drizzle/meta/_journal.json" with { type: "json" };

/** The migration that this version of the code was written for. */
export const latestTag: string | null = journal.entries.at(-1)?.tag ?? null;
