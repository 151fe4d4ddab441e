/** A lane whose clock is further from the database's than this stops deciding. */
export const maxClockOffsetMs = 2_000;

/** What a lane knows of the database's clock, from the answers it gets. */
export class DatabaseClock {
  /** Milliseconds that the database's clock is certainly ahead of this one; below zero, behind. */
  offset = 0;

  get isRight(): boolean {
    return Math.abs(this.offset) <= maxClockOffsetMs;
  }

  measure(databaseTime: number, sentAt: number, receivedAt: number): void {
    // The answer was written somewhere between; half way is the best guess.
    const offset = databaseTime - (sentAt + receivedAt) / 2;
    const uncertainty = (receivedAt - sentAt) / 2;
    // A slow answer says little about the clock: believe only what it certainly says.
    this.offset = Math.abs(offset) <= uncertainty ? 0 : offset - Math.sign(offset) * uncertainty;
  }
}
