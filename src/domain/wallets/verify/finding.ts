/** One thing that is not as the log says, or that the log itself has wrong. */
export interface Finding {
  readonly organizationId: string | null;
  readonly walletId: string | null;
  /** The event that it is about; `null` where it is about no single one. */
  readonly sequence: number | null;
  /** Table and column, with a path inside a column that holds JSON. */
  readonly field: string;
  /** The id of the row where a wallet has several: a card, a payment, an operation. */
  readonly row: string | null;
  readonly problem: string;
}

/** Whose findings these are. */
export interface Place {
  readonly organizationId: string | null;
  readonly walletId: string | null;
}

export const finding = (
  { organizationId, walletId }: Place,
  sequence: number | null,
  field: string,
  problem: string,
  row: string | null = null,
): Finding => ({ organizationId, walletId, sequence, field, row, problem });
