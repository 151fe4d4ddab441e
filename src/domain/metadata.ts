/** What a client keeps with a resource; Purser never reads it. */
export type Metadata = Readonly<Record<string, string>>;
