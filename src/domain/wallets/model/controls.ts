/**
 * Where a card may be used. A list allows (only these) or blocks (all but these); with
 * both, a value must be allowed and not blocked. `null` says nothing.
 */
export interface Controls {
  /** Merchant ids, as the acquirer sends them. */
  readonly merchants: ListControl | null;
  /** Merchant category codes (ISO 18245), four characters. */
  readonly categories: ListControl | null;
  /** ISO 3166-1 alpha-2. */
  readonly countries: ListControl | null;
}

export interface ListControl {
  readonly allow?: readonly string[];
  readonly block?: readonly string[];
}

export type ControlsPatch = { readonly [List in keyof Controls]?: ListControl | null | undefined };

export const noControls: Controls = { merchants: null, categories: null, countries: null };
