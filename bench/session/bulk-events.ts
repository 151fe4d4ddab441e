import postgres from "postgres";

/** Rows of the log in one statement. */
const chunk = 50_000;

/**
 * Makes logs long: copies each wallet's newest approved payment, with its event, posting
 * and authorization, under sequences, keys and ids of their own, as if it had been captured
 * since. The rows have the size and the indexes of real ones, and payments go on after
 * them; but their texts are the copied one's and their hashes are not chained, so nothing
 * of them can be proved.
 */
export const growLogs = async (
  databaseUrl: string,
  walletIds: readonly string[],
  events: number,
  onProgress: (share: number) => void,
): Promise<void> => {
  const sql = postgres(databaseUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  const each = Math.ceil(events / walletIds.length);
  const atOnce = Math.max(1, Math.floor(chunk / each));
  try {
    for (let at = 0; at < walletIds.length; at += atOnce) {
      const some = walletIds.slice(at, at + atOnce);
      // Of one wallet in parts too, where its share alone is too long.
      for (let grown = 0; grown < each; grown += chunk) {
        const copies = Math.min(chunk, each - grown);
        await sql.unsafe(copyText, [`{${some.join(",")}}`, copies]);
        onProgress((at + (some.length * (grown + copies)) / each) / walletIds.length);
      }
    }
    await sql.unsafe("vacuum (analyze) wallets.wallet_events");
    await sql.unsafe("vacuum (analyze) wallets.authorizations");
    await sql.unsafe("vacuum (analyze) wallets.postings");
    await sql.unsafe("checkpoint");
  } finally {
    await sql.end({ timeout: 5 });
  }
};

const copyText = `with
newest as materialized (
  select w.id, w.version, e.sequence
  from wallets.wallets w
  cross join lateral (
    select sequence from wallets.wallet_events
    where lane_key = w.lane_key and wallet_id = w.id and type = 'authorization.approved'
    order by sequence desc limit 1
  ) e
  where w.id = any($1::uuid[])
),
copies as materialized (
  select w.id, w.sequence as of, w.version + n as sequence, n,
    -- A quarter of an hour apart, up to now.
    now() - interval '15 minutes' * ($2::int - n) as at
  from newest w cross join generate_series(1, $2::int) n
),
events as (
  insert into wallets.wallet_events (lane_key, wallet_id, sequence, organization_id, type,
    command, data, rules_version, request_id, command_key, recorded_at, hash, position)
  select e.lane_key, e.wallet_id, c.sequence, e.organization_id, e.type, e.command, e.data,
    e.rules_version, e.request_id, 'copied:' || c.sequence, c.at, e.hash, c.n
  from copies c join wallets.wallet_events e on e.wallet_id = c.id and e.sequence = c.of
  returning 1
),
journal as (
  insert into wallets.postings (lane_key, wallet_id, sequence, ordinal, organization_id, kind,
    debit, credit, amount, currency, source_id, card_id, reference, available_after,
    held_after, receivable_after, effective_at, recorded_at)
  select p.lane_key, p.wallet_id, c.sequence, p.ordinal, p.organization_id, p.kind, p.debit,
    p.credit, p.amount, p.currency, p.source_id, p.card_id, p.reference, p.available_after,
    p.held_after, p.receivable_after, c.at, c.at
  from copies c join wallets.postings p on p.wallet_id = c.id and p.sequence = c.of
  returning 1
),
payments as (
  insert into wallets.authorizations (lane_key, id, organization_id, wallet_id, card_id,
    approved, forced, status, reasons, requested_amount, amount, held, captured, reversed,
    refunded, currency, merchant, merchant_amount, consumed, metadata, expires_at,
    decision_sequence, sequence, created_at, updated_at)
  select a.lane_key,
    -- A UUIDv7 with the wallet's lane key at its end, as all ids of payments.
    (lpad(to_hex((extract(epoch from c.at) * 1000)::bigint), 12, '0')
      || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 11)
      || lpad(to_hex(a.lane_key), 4, '0'))::uuid,
    a.organization_id, a.wallet_id, a.card_id, a.approved, a.forced, 'closed', a.reasons,
    a.requested_amount, a.amount, 0, a.amount, a.reversed, a.refunded, a.currency, a.merchant,
    a.merchant_amount, a.consumed, a.metadata, a.expires_at, c.sequence, c.sequence, c.at, c.at
  from copies c join wallets.authorizations a
    on a.wallet_id = c.id and a.decision_sequence = c.of
  returning 1
)
update wallets.wallets w set version = version + $2::int
where w.id = any($1::uuid[])
  and (select count(*) from events) + (select count(*) from journal)
    + (select count(*) from payments) > 0`;
