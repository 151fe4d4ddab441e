/**
 * Why a payment was declined: a closed list, in the order in which the controls are
 * evaluated and reported. Names are stable; a new reason is added, none is renamed.
 *
 * The order is the one of issuer processing: is the card good, is the account good, may
 * it be used here, is it within its limits, is there money.
 */
export const reasons = [
  "card_terminated",
  "card_frozen",
  "card_expired",
  "wallet_frozen",
  "wallet_overdrawn",
  "card_already_used",
  "card_merchant_locked",
  "card_merchant_not_allowed",
  "wallet_merchant_not_allowed",
  "card_category_not_allowed",
  "wallet_category_not_allowed",
  "card_country_not_allowed",
  "wallet_country_not_allowed",
  "card_transaction_limit",
  "wallet_transaction_limit",
  "card_day_amount_limit",
  "card_day_count_limit",
  "wallet_day_amount_limit",
  "wallet_day_count_limit",
  "card_week_amount_limit",
  "card_week_count_limit",
  "wallet_week_amount_limit",
  "wallet_week_count_limit",
  "card_month_amount_limit",
  "card_month_count_limit",
  "wallet_month_amount_limit",
  "wallet_month_count_limit",
  "card_year_amount_limit",
  "card_year_count_limit",
  "wallet_year_amount_limit",
  "wallet_year_count_limit",
  "card_lifetime_amount_limit",
  "card_lifetime_count_limit",
  "wallet_lifetime_amount_limit",
  "wallet_lifetime_count_limit",
  "insufficient_funds",
] as const;

export type Reason = (typeof reasons)[number];
