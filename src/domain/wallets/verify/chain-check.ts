import { chained, genesisHash, type Sha256 } from "../log/chain.ts";
import { type Finding, finding, type Place } from "./finding.ts";
import type { LogRow } from "./ports.ts";

/**
 * Follows a log row by row: sequences without gaps, times and places that never go back,
 * and hashes that chain over the stored texts.
 */
export class ChainCheck {
  readonly #place: Place;
  readonly #sha256: Sha256;
  #last: LogRow | undefined;
  /** What the last row's hash is, and what it should be: the next may be chained to either. */
  #stored = genesisHash;
  #computed = genesisHash;

  constructor(place: Place, sha256: Sha256) {
    this.#place = place;
    this.#sha256 = sha256;
  }

  get sequence(): number {
    return this.#last?.sequence ?? 0;
  }

  check(row: LogRow): Finding[] {
    const last = this.#last;
    const findings: Finding[] = [];
    const wrong = (column: string, problem: string) => {
      findings.push(finding(this.#place, row.sequence, `wallet_events.${column}`, problem));
    };
    if (last && row.organizationId !== last.organizationId) {
      wrong("organization_id", "is not the one of the event before");
    }
    if (Number.isNaN(row.at)) wrong("recorded_at", "is no time");
    else if (last && row.at < last.at) wrong("recorded_at", "is before the event before");
    if (last && row.transactionId === last.transactionId && row.position <= last.position) {
      wrong("position", "is not behind the event before, of the same commit");
    }
    if (!this.#hashIsRight(row)) {
      wrong("hash", "is not the hash of the stored columns and texts, chained to the event before");
    }
    this.#last = row;
    return findings;
  }

  #hashIsRight(row: LogRow): boolean {
    if (Number.isNaN(row.at)) return true;
    const over = (previous: string) =>
      this.#sha256(chained(previous, row, row, row.commandText, row.dataText));
    let computed = over(this.#stored);
    if (computed !== row.hash && this.#computed !== this.#stored) {
      // The row before has a changed hash, which was found there; this one may be whole.
      const other = over(this.#computed);
      if (other === row.hash) computed = other;
    }
    this.#stored = row.hash;
    this.#computed = computed;
    return computed === row.hash;
  }
}
