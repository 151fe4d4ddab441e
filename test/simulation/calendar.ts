import { dateIn } from "../support/naive-world.ts";
import type { Random } from "./random.ts";

const minute = 60_000;
const hour = 60 * minute;

/**
 * When there is work to do. Clients work in bursts with seconds to weeks in between, so
 * that holds expire and windows of limits end; many bursts begin just before midnight
 * somewhere, and go on behind it.
 */
export class Calendar {
  readonly #random: Random;
  readonly #zones: readonly string[];
  #next: number;
  #bursts = 0;

  constructor(random: Random, zones: readonly string[], start: number) {
    this.#random = random;
    this.#zones = zones;
    this.#next = start;
  }

  get bursts(): number {
    return this.#bursts;
  }

  /** The first burst that has not begun. Those who ask before it has are told the same. */
  after(now: number): number {
    while (this.#next <= now + 500) {
      this.#bursts += 1;
      this.#next = this.#following(now + 500, this.#random.fork(`burst ${this.#bursts}`));
    }
    return this.#next;
  }

  #following(now: number, random: Random): number {
    const kind = random.weighted([
      [3, "soon"],
      [2, "hours"],
      [4, "midnight"],
      [2, "sunday"],
      [1, "weeks"],
    ] as const);
    switch (kind) {
      case "soon":
        return now + random.between(1_000, 90_000);
      case "hours":
        return now + random.between(hour, 30 * hour);
      case "weeks":
        return now + random.between(7 * 24 * hour, 40 * 24 * hour);
      case "midnight":
        return this.#midnight(now + random.between(0, 3) * 24 * hour, random);
      case "sunday": {
        const sunday = new Date(now).getUTCDay();
        return this.#midnight(now + (7 - sunday) * 24 * hour - random.between(0, 1) * hour, random);
      }
    }
  }

  /** Within a second before a date changes in one of the zones. */
  #midnight(after: number, random: Random): number {
    const zone = random.pick(this.#zones);
    const today = dateIn(zone, after);
    let at = Math.ceil(after / (15 * minute)) * 15 * minute;
    while (dateIn(zone, at) === today) at += 15 * minute;
    const start = at - random.between(50, 1_000);
    return start > after ? start : after + 1_000;
  }
}
