/** How often everything happened: a simulation proves nothing about what it did not do. */
export class Tally {
  readonly counts: Record<string, number> = {};

  readonly add = (name: string): void => {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  };
}
