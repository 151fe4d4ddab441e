import type { CardSecret } from "../store.ts";

/** Keeps card numbers: encrypts, decrypts and recognises them. Given by the runtime, which holds the keys. */
export interface CardVault {
  /**
   * Encrypts a number for one card (the card's id is bound in, so that a stored number
   * cannot be moved to another card) and computes the keyed fingerprint by which equal
   * numbers of one organization are found.
   */
  seal(organizationId: string, cardId: string, number: string): Promise<CardSecret>;
  open(cardId: string, secret: EncryptedNumber): Promise<string>;
  /** The CVV of a card that Purser issued: a keyed MAC over number and expiry, never stored. */
  cvv(number: string, expMonth: number, expYear: number): Promise<string>;
  /** A fresh number in the configured range. */
  newNumber(): string;
}

export type EncryptedNumber = Pick<CardSecret, "numberCiphertext" | "numberKeyVersion">;
