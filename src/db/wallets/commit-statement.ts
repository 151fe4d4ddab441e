import { type Layout, layoutOf, type Room, type Section } from "./commit-columns.ts";

export type CommitKind = "payment" | "payments" | "movement" | "money" | "cards";

interface Needs {
  readonly acts: boolean;
  readonly cards: boolean;
  readonly room: Room;
}

/**
 * What a batch needs of the statement. Most batches decide payments and nothing else: without
 * the parts for what they do not have, a commit of one payment takes a fifth less time. Few
 * kinds, because each is prepared on each connection.
 */
const needs: Readonly<Record<CommitKind, Needs>> = {
  /** A payment that came alone, and nothing of which there are two. */
  payment: { acts: false, cards: false, room: "one" },
  /** New authorizations, and what settings change. */
  payments: { acts: false, cards: false, room: "any" },
  /** Also a movement or a later act of a payment, alone. */
  movement: { acts: true, cards: false, room: "one" },
  /** Also movements and later acts of payments. */
  money: { acts: true, cards: false, room: "any" },
  /** Also new cards, and the cards of wallets that close. */
  cards: { acts: true, cards: true, room: "any" },
};

const when = (needed: boolean, text: string): string => (needed ? text : "");

export interface CommitText extends Pick<Layout, "params"> {
  readonly text: string;
}

const write = (kind: CommitKind): CommitText => {
  const { acts, cards, room } = needs[kind];
  const included: Section[] = [
    ...(["wallets", "keys", "events", "postings", "newPayments", "changedCards"] as const),
    ...(acts ? (["changedPayments", "operations"] as const) : []),
    ...(cards ? (["newCards"] as const) : []),
  ];
  const { rows, last, params } = layoutOf(included, room);
  return { text: textOf({ acts, cards, rows, last }), params };
};

interface Parts extends Pick<Layout, "rows" | "last"> {
  readonly acts: boolean;
  readonly cards: boolean;
}

/**
 * The commit: one statement for a batch over any number of wallets, in groups that are
 * each accepted or not by themselves.
 *
 * 1. Lock every wallet, in id order, so that no two commits wait for each other. Locking
 *    returns the newest version of the row, also when it had to wait for it. In a function
 *    (drizzle/0000_initial.sql), because a lock that waits in a statement that also prunes
 *    partitions crashes PostgreSQL 18: docs/decisions/0013.
 * 2. Judge each group: every wallet at the version that was decided on, none of its keys
 *    used, no card number taken, the deadline not passed, no event dated in the future.
 * 3. Write what belongs to wallets of accepted groups, joined to the rows that were
 *    updated, so that nothing is written for a wallet that was not.
 *
 * The plan is kept, and may have been made when the tables were empty. So what must be
 * found row by row is: `lateral ... limit 1` cannot become a join that reads a whole index.
 * And where a comparison is of `::text`, an index that begins with the wallet must not serve
 * it: to the planner all wallets have a few rows, and of one that has a million it would read
 * them all.
 *
 * A key that a concurrent commit used is invisible here if that commit ended after this
 * statement began; but then it raised the wallet's version, and the group is stale.
 *
 * What is written comes as an array a column (`commit-columns.ts`): reading JSON took two
 * thirds of the statement's time. Where there is one row of each, it comes as values: that
 * takes a fifth off the time of a payment that comes alone.
 */
const textOf = ({ acts, cards, rows, last }: Parts): string => `with
claimed as materialized (
  select * from ${rows("wallets", "r")}
)${when(
  cards,
  `,
new_cards as materialized (
  select * from ${rows("newCards", "r")}
)`,
)},
card_changes as materialized (
  select * from ${rows("changedCards", "r")}
),
locked as materialized (
  select * from wallets.lock_wallets(array(select id from claimed))
),
used as materialized (
  select k.g, e.wallet_id, e.sequence, e.type, e.recorded_at, e.data, e.command_key,
    e.fingerprint, e.request_id
  from ${rows("keys", "k")}
  cross join lateral (
    select * from wallets.wallet_events
    where lane_key = k.l and command_key = k.k and wallet_id::text = k.w::text
    limit 1
  ) e
)${when(
  cards,
  `,
taken as materialized (
  select n.g from new_cards n
  cross join lateral (
    select 1 from wallets.cards
    where organization_id = n.org and number_fingerprint = decode(n.fingerprint, 'hex')
      and deleted_at is null
    limit 1
  ) c
)`,
)},
judged as materialized (
  select c.g,
    not bool_and(l.version is not distinct from c.expected) as stale,
    c.g in (select g from used) as used,
    ${cards ? "c.g in (select g from taken)" : "false"} as taken,
    max(c.at) filter (where c.version > c.expected) as latest
  from claimed c
  left join locked l on l.id = c.id and l.organization_id = c.org
  group by c.g
),
accepted as materialized (
  select g from judged
  where not stale and not used and not taken
    and clock_timestamp() <= ${last}::text::timestamptz
    -- A lane whose clock has just leapt ahead must not date events in the future.
    and (latest is null or latest <= clock_timestamp() + interval '2 seconds')
),
updated as (
  update wallets.wallets w set
    version = c.version, available = c.available, held = c.held, receivable = c.receivable,
    usage = c.usage, timezone_locked = c.tz_locked, head_hash = decode(c.hash, 'hex'),
    updated_at = c.at,
    name = case when c.cold then c.name else w.name end,
    timezone = case when c.cold then c.timezone else w.timezone end,
    status = case when c.cold then c.status else w.status end,
    limits = case when c.cold then c.limits else w.limits end,
    controls = case when c.cold then c.controls else w.controls end,
    metadata = case when c.cold then c.metadata else w.metadata end,
    low_balance_threshold = case when c.cold then c.threshold else w.low_balance_threshold end,
    deleted_at = case when c.cold then c.deleted else w.deleted_at end
  from claimed c
  where w.id = c.id and w.organization_id = c.org and w.version = c.expected
    and c.version > c.expected and c.g in (select g from accepted)
  returning w.id, w.lane_key, w.organization_id, w.currency, w.status, w.updated_at,
    w.deleted_at
),
events as (
  insert into wallets.wallet_events (lane_key, wallet_id, sequence, organization_id, type,
    command, data, rules_version, request_id, command_key, fingerprint, recorded_at, hash,
    position)
  select u.lane_key, e.w, e.s, u.organization_id, e.t, e.c, e.d, e.v, e.r, e.k, e.f, e.at,
    decode(e.h, 'hex'), e.p
  from ${rows("events", "e")}
  join updated u on u.id = e.w
  returning 1
),
journal as (
  insert into wallets.postings (lane_key, wallet_id, sequence, ordinal, organization_id,
    kind, debit, credit, amount, currency, source_id, card_id, reference,
    available_after, held_after, receivable_after, effective_at, recorded_at)
  select u.lane_key, p.w, p.s, p.o, u.organization_id, p.kind, p.debit, p.credit, p.amount,
    u.currency, p.source, p.card, p.reference, p.available, p.held, p.receivable, p.effective, p.at
  from ${rows("postings", "p")}
  join updated u on u.id = p.w
  returning 1
),
payments as (
  insert into wallets.authorizations (lane_key, id, organization_id, wallet_id, card_id,
    approved, forced, status, reasons, requested_amount, amount, held, captured, reversed, refunded,
    currency, merchant, merchant_amount, consumed, metadata, expires_at, decision_sequence,
    sequence, created_at, updated_at)
  select u.lane_key, a.id, u.organization_id, a.w, a.card, a.approved, a.forced, a.status,
    a.reasons, a.requested, a.amount, a.held, a.captured, a.reversed, a.refunded, u.currency,
    a.merchant, a.merchant_amount, a.consumed, a.metadata, a.expires, a.decided, a.sequence, a.at,
    u.updated_at
  from ${rows("newPayments", "a")}
  join updated u on u.id = a.w
  returning 1
)${when(
  acts,
  `,
changed_payments as (
  update wallets.authorizations p set
    status = a.status, amount = a.amount, held = a.held, captured = a.captured,
    reversed = a.reversed, refunded = a.refunded, consumed = a.consumed,
    expires_at = a.expires, sequence = a.sequence, updated_at = u.updated_at
  from ${rows("changedPayments", "a")}
  join updated u on u.id = a.w
  where p.lane_key = a.l and p.id = a.id and p.wallet_id::text = a.w::text
  returning 1
)`,
)}${when(
  acts,
  `,
movements as (
  insert into wallets.operations (lane_key, id, organization_id, wallet_id, kind,
    authorization_id, record, sequence, created_at)
  select u.lane_key, o.id, u.organization_id, o.w, o.kind, o.authorization_id, o.record, o.s, o.at
  from ${rows("operations", "o")}
  join updated u on u.id = o.w
  returning 1
)`,
)},
changed_cards as (
  update wallets.cards k set
    usage = c.usage,
    cardholder_id = case when c.cold then c.cardholder else k.cardholder_id end,
    name = case when c.cold then c.name else k.name end,
    status = case when c.cold then c.status else k.status end,
    limits = case when c.cold then c.limits else k.limits end,
    controls = case when c.cold then c.controls else k.controls end,
    metadata = case when c.cold then c.metadata else k.metadata end,
    replaced_by = case when c.cold then c.replaced_by else k.replaced_by end,
    locked_merchant_id = case when c.cold then c.locked_merchant else k.locked_merchant_id end,
    updated_at = case when c.cold then c.updated else k.updated_at end,
    deleted_at = case when c.cold then c.deleted else k.deleted_at end
  from card_changes c join updated u on u.id = c.w
  where k.id = c.id and k.wallet_id::text = c.w::text
  returning 1
)${when(
  cards,
  `,
closed_cards as (
  -- Those that the batch changed are above: a statement can change a row once.
  update wallets.cards k set status = 'terminated',
    deleted_at = (select u.deleted_at from updated u where u.id = k.wallet_id),
    updated_at = (
      select case
        when k.status = 'terminated' and u.deleted_at is null then k.updated_at
        else u.updated_at end
      from updated u where u.id = k.wallet_id)
  -- Asked once, before any card is looked at.
  where (select coalesce(bool_or(status = 'closed'), false) from updated)
    and k.wallet_id = any(array(select id from updated where status = 'closed'))
    and k.deleted_at is null and k.id not in (select id from card_changes)
  returning 1
)`,
)}${when(
  cards,
  `,
made_cards as (
  insert into wallets.cards (id, organization_id, lane_key, wallet_id, cardholder_id, name,
    type, issued, status, last4, exp_month, exp_year, number_ciphertext, number_key_version,
    number_fingerprint, limits, usage, controls, metadata, replacement_for, locked_merchant_id,
    created_at, updated_at, deleted_at)
  select n.id, n.org, n.l, n.w, n.cardholder, n.name, n.type, n.issued, n.status, n.last4,
    n.exp_month, n.exp_year, decode(n.ciphertext, 'hex'), n.key_version,
    decode(n.fingerprint, 'hex'), n.limits, n.usage, n.controls, n.metadata,
    n.replacement_for, n.locked_merchant, n.created, n.updated, n.deleted
  from new_cards n join updated u on u.id = n.w
  returning 1
)`,
)}
select
  (select coalesce(json_agg(g), '[]') from accepted) as accepted,
  (select coalesce(json_agg(json_build_array(g, stale, used, taken)), '[]') from judged
    where g not in (select g from accepted)) as refused,
  (select coalesce(json_agg(row_to_json(used)), '[]') from used) as used,
  (select count(*) from updated)::int as updated,
  (select count(*) from events)::int as events,
  -- Asked for, so that the time below is taken when all is written.
  ((select count(*) from journal) + (select count(*) from payments)
    + (select count(*) from changed_cards)${when(
      acts,
      `
    + (select count(*) from changed_payments) + (select count(*) from movements)`,
    )}${when(
      cards,
      `
    + (select count(*) from closed_cards) + (select count(*) from made_cards)`,
    )})::int as projections,
  pg_current_xact_id()::text as transaction,
  clock_timestamp()::timestamptz(3) as database_time,
  -- From where the statement was parsed: its plan is the database's work where no connection keeps it.
  extract(epoch from clock_timestamp() - transaction_timestamp())::float8 * 1000 as execution_ms`;

const written = new Map<CommitKind, CommitText>();

/** Written when it is first needed: an isolate that meets clients commits nothing. */
export const commitText = (kind: CommitKind): CommitText => {
  const text = written.get(kind) ?? write(kind);
  written.set(kind, text);
  return text;
};
