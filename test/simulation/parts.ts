/**
 * The parts of a simulation that can be left out, each under a name of its own: what
 * clients ask for, and faults. Shrinking runs a failure again with fewer and fewer of them.
 */
export class Parts {
  /** Those that took part, in order. */
  readonly acted = new Set<string>();
  readonly #only: ReadonlySet<string> | undefined;

  constructor(only?: Iterable<string>) {
    this.#only = only && new Set(only);
  }

  /** Whether the part may take part; then it has. */
  take(name: string): boolean {
    if (this.#only && !this.#only.has(name)) return false;
    this.acted.add(name);
    return true;
  }
}
