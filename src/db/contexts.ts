/** Each has a PostgreSQL schema of its name, and can have a database of its own. */
export const contexts = ["directory", "wallets"] as const;

export type Context = (typeof contexts)[number];
