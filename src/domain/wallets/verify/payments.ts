import type { Authorization } from "../model/authorization.ts";
import { applyToAuthorization, type Placed } from "../rules/apply.ts";
import type { LogRow, VerifyReads } from "./ports.ts";

/** An event of a payment, with the one before it. */
export interface PaymentLink {
  readonly authorizationId: string;
  readonly event: Placed;
  /** `null` of the event that decided it. */
  readonly previous: number | null;
}

/** The row as an event of a payment; `undefined` if it is none. */
export const linkOf = (row: LogRow): PaymentLink | undefined => {
  if (!row.type.startsWith("authorization.")) return undefined;
  try {
    return linkOfEvent(eventOf(row));
  } catch {
    return undefined;
  }
};

const eventOf = (row: LogRow): Placed => {
  const { walletId, type, sequence, at } = row;
  return { walletId, type, data: JSON.parse(row.dataText), sequence, at } as Placed;
};

export const linkOfEvent = (event: Placed): PaymentLink | undefined => {
  const data = event.data as { authorization?: { id: string }; previous?: number };
  const authorizationId = data.authorization?.id;
  return authorizationId === undefined
    ? undefined
    : { authorizationId, event, previous: data.previous ?? null };
};

/**
 * The lives of payments up to events of theirs, oldest first: walked back from event to
 * event, all of them at once. One that does not lead back to a decision is left out.
 */
export const livesUpTo = async (
  reads: Pick<VerifyReads, "eventsAt">,
  walletId: string,
  sequences: Iterable<number>,
): Promise<Map<number, PaymentLink[]>> => {
  const lives = new Map<number, PaymentLink[]>();
  let wanted = new Map([...sequences].map((sequence) => [sequence, [sequence]]));
  while (wanted.size > 0) {
    const further = new Map<number, number[]>();
    for (const row of await reads.eventsAt(walletId, [...wanted.keys()])) {
      const link = linkOf(row);
      for (const end of wanted.get(row.sequence) ?? []) {
        const next = link && extend(lives, end, link);
        if (next) further.set(next, [...(further.get(next) ?? []), end]);
      }
    }
    wanted = further;
  }
  for (const [end, life] of lives) {
    if (life.at(-1)?.previous === null) life.reverse();
    else lives.delete(end);
  }
  return lives;
};

/** Where to go on; nowhere at a decision, or where the life is broken: then it ends before one. */
const extend = (
  lives: Map<number, PaymentLink[]>,
  end: number,
  link: PaymentLink,
): number | null => {
  const life = lives.get(end) ?? [];
  const [newest] = life;
  if (newest && newest.authorizationId !== link.authorizationId) return null;
  if (link.previous !== null && link.previous >= link.event.sequence) return null;
  life.push(link);
  lives.set(end, life);
  return link.previous;
};

/** The payment after these events of its life. */
export const paymentAfter = (
  life: readonly PaymentLink[],
  organizationId: string,
): Authorization | undefined =>
  life.reduce<Authorization | undefined>(
    (before, { event }) => applyToAuthorization(before, event, organizationId),
    undefined,
  );

/** Payments that were met lately, so that most need not be walked back. */
export class RecentPayments {
  readonly #payments = new Map<string, Authorization>();

  get(id: string): Authorization | undefined {
    return this.#payments.get(id);
  }

  put(payment: Authorization): void {
    this.#payments.delete(payment.id);
    this.#payments.set(payment.id, payment);
  }

  /** Forgets the longest unused; between pages, so that one page's are all there. */
  trim(most: number): void {
    for (const id of this.#payments.keys()) {
      if (this.#payments.size <= most) return;
      this.#payments.delete(id);
    }
  }
}

/**
 * Tells two collections of payments' events apart without keeping either: the sums of
 * their hashes. Order does not matter, and what is there twice counts twice.
 */
export class EventSum {
  #a = 0;
  #b = 0;

  add(authorizationId: string, sequence: number): void {
    let a = 0x811c9dc5 ^ sequence;
    let b = 0x9e3779b9 ^ Math.floor(sequence / 2 ** 32);
    for (let at = 0; at < authorizationId.length; at++) {
      const code = authorizationId.charCodeAt(at);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x85ebca6b);
      b ^= b >>> 13;
    }
    // Both lanes depend on the whole sequence, and not in the same way.
    a = Math.imul(a ^ (a >>> 15) ^ sequence, 0x2c1b3c6d);
    b = Math.imul(b ^ (b >>> 16) ^ Math.imul(sequence, 0x27d4eb2f), 0xc2b2ae35);
    this.#a = (this.#a + ((a ^ (a >>> 16)) >>> 0)) % 2 ** 32;
    this.#b = (this.#b + ((b ^ (b >>> 15)) >>> 0)) % 2 ** 32;
  }

  equals(other: EventSum): boolean {
    return this.#a === other.#a && this.#b === other.#b;
  }
}
