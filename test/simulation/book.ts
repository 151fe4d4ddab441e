import type { AuthorizationRecord } from "../../src/domain/wallets/model/authorization.ts";
import type { CardRecord } from "../../src/domain/wallets/model/card.ts";
import type { WalletRecord } from "../../src/domain/wallets/model/wallet.ts";
import type { Random } from "./random.ts";

/** What the clients of an organization know of its wallets: what they were told. */
export class Book {
  readonly organizationId: string;
  readonly wallets: WalletRecord[] = [];
  readonly cards: Pick<CardRecord, "id" | "walletId" | "status">[] = [];
  readonly payments: AuthorizationRecord[] = [];
  readonly movements: { readonly id: string; readonly walletId: string }[] = [];
  readonly #places = new Map<string, number>();

  constructor(organizationId: string) {
    this.organizationId = organizationId;
  }

  /** What is new is added, what is known is replaced. */
  note<T extends { readonly id: string }>(things: T[], thing: T): void {
    const place = this.#places.get(thing.id);
    if (place === undefined) {
      this.#places.set(thing.id, things.length);
      things.push(thing);
    } else {
      things[place] = thing;
    }
  }

  /** Mostly one of the newest: old ones have mostly ended. */
  recent<T>(random: Random, things: readonly T[], most = 40): T | undefined {
    const from = random.chance(0.9) ? Math.max(0, things.length - most) : 0;
    return things.length === 0 ? undefined : things[random.between(from, things.length - 1)];
  }

  wallet(random: Random): WalletRecord | undefined {
    const open = this.wallets.filter(({ status }) => status !== "closed");
    return this.recent(random, open.length > 0 && random.chance(0.97) ? open : this.wallets);
  }

  /** Mostly one of the newest cards that are good. */
  card(random: Random): Pick<CardRecord, "id" | "walletId"> | undefined {
    const good = this.cards.filter(({ status }) => status !== "terminated");
    return this.recent(random, good.length > 0 && random.chance(0.95) ? good : this.cards, 12);
  }

  /** A payment that is likely to be one of which this can still become something. */
  payment(
    random: Random,
    wanted: (payment: AuthorizationRecord) => boolean,
  ): AuthorizationRecord | undefined {
    for (let draw = 0; draw < 4; draw++) {
      const found = this.recent(random, this.payments);
      if (found && wanted(found)) return found;
    }
    return this.recent(random, this.payments);
  }
}
