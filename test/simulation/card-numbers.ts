import type { Card } from "../../src/domain/wallets/model/card.ts";
import type { CardSecret } from "../../src/domain/wallets/store.ts";

/** Which cards had which numbers from which commit to which: a number is one live card's. */
export class CardNumbers {
  readonly #uses = new Map<string, Use[]>();
  readonly #byCard = new Map<string, Use>();

  add(card: Card, { numberFingerprint }: CardSecret, commit: number): void {
    const use: Use = { cardId: card.id, from: commit, until: undefined };
    const number = `${card.organizationId} ${numberFingerprint}`;
    this.#uses.set(number, [...(this.#uses.get(number) ?? []), use]);
    this.#byCard.set(card.id, use);
  }

  free(cardId: string, commit: number): void {
    const use = this.#byCard.get(cardId);
    if (use) use.until ??= commit;
  }

  /** As a statement sees it that began after so many commits. */
  taken(organizationId: string, fingerprint: string, seen: { readonly commits: number }): boolean {
    return this.#of(organizationId, fingerprint).some(
      ({ from, until }) => from <= seen.commits && (until === undefined || until > seen.commits),
    );
  }

  /** As the unique index sees it. */
  live(organizationId: string, fingerprint: string): boolean {
    return this.#of(organizationId, fingerprint).some(({ until }) => until === undefined);
  }

  known(organizationId: string, fingerprint: string): boolean {
    return this.#of(organizationId, fingerprint).length > 0;
  }

  #of(organizationId: string, fingerprint: string): readonly Use[] {
    return this.#uses.get(`${organizationId} ${fingerprint}`) ?? [];
  }
}

interface Use {
  readonly cardId: string;
  readonly from: number;
  until: number | undefined;
}
