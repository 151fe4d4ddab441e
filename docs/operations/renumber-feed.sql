-- Once, after a dump (pg_dump, pg_restore) was restored into another cluster, before Purser starts:
--   psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f docs/operations/renumber-feed.sql
-- Events are ordered by the ids of the transactions that wrote them. Another cluster counts its
-- transactions anew, so restored events would stay hidden, and new ones would come before them.
-- The order is kept; every cursor of GET /v1/events becomes void. Hashes do not cover these ids.

create temporary table renumbered as
select transaction_id as was, (row_number() over (order by transaction_id) + 2)::text::xid8 as becomes
from (select distinct transaction_id from wallets.wallet_events) as written;

create unique index on renumbered (was);

analyze renumbered;

update wallets.wallet_events e set transaction_id = r.becomes
from renumbered r where r.was = e.transaction_id and r.becomes <> r.was;

drop table renumbered;

-- Use up ids until all that were given lie in the past: some hundred thousand a second.
do $$
declare
  last xid8;
begin
  select max(transaction_id) into last from wallets.wallet_events;
  while pg_current_xact_id() <= last loop
    commit;
  end loop;
end $$;
