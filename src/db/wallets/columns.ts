/** The columns that make a state, in every statement that reads one; `state-rows.ts` parses them. */

export const walletColumns = `id, organization_id, team_id, user_id, name, currency, timezone,
  timezone_locked, status, available, held, receivable, limits, usage, controls, metadata,
  low_balance_threshold, version, encode(head_hash, 'hex') as head_hash, created_at, updated_at,
  deleted_at`;

export const cardColumns = `id, organization_id, wallet_id, cardholder_id, name, type, issued,
  status, last4, exp_month, exp_year, limits, usage, controls, metadata, replacement_for,
  replaced_by, locked_merchant_id, created_at, updated_at, deleted_at`;

export const authorizationColumns = `id, organization_id, wallet_id, card_id, approved, forced,
  status, reasons, requested_amount, amount, held, captured, reversed, refunded, currency,
  merchant, merchant_amount, consumed, metadata, expires_at, decision_sequence, sequence,
  created_at`;
