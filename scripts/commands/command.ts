/**
 * Something that an operator does from a shell: with npm from a checkout, or with the
 * executable. `program` is how it was called, for what it says; answers the exit code.
 */
export type Command = (args: readonly string[], program: string) => Promise<number>;
