import type { Server } from "./api.ts";
import { rowsOf } from "./dump.ts";

/** Each query finds what must not be there: a break of an invariant in one organization. */
const faults: Readonly<Record<string, string>> = {
  "a balance that the journal does not add up to": `
    select w.id from wallets.wallets w
    left join (
      select wallet_id,
        sum(case when credit = 'available' then amount when debit = 'available' then -amount else 0 end) available,
        sum(case when credit = 'held' then amount when debit = 'held' then -amount else 0 end) held,
        sum(case when debit = 'receivable' then amount when credit = 'receivable' then -amount else 0 end) receivable
      from wallets.postings where organization_id = $1::uuid group by wallet_id
    ) p on p.wallet_id = w.id
    where w.organization_id = $1::uuid and (w.available, w.held, w.receivable)
      is distinct from (coalesce(p.available, 0), coalesce(p.held, 0), coalesce(p.receivable, 0))`,
  "a hold that no open authorization explains": `
    select w.id from wallets.wallets w
    left join (
      select wallet_id, sum(held) held from wallets.authorizations
      where organization_id = $1::uuid and status = 'open' group by wallet_id
    ) a on a.wallet_id = w.id
    where w.organization_id = $1::uuid and w.held <> coalesce(a.held, 0)`,
  "half a transfer": `
    select source_id from wallets.postings
    where organization_id = $1::uuid and 'clearing' in (debit, credit)
    group by source_id
    having sum(case when debit = 'clearing' then amount else -amount end) <> 0
      or count(*) <> 2 or count(distinct wallet_id) <> 2`,
  "a gap in a log": `
    select w.id from wallets.wallets w
    left join (
      select wallet_id, count(*) n, max(sequence) last, min(sequence) first
      from wallets.wallet_events where organization_id = $1::uuid group by wallet_id
    ) e on e.wallet_id = w.id
    where w.organization_id = $1::uuid
      and (w.version, w.version, 1) is distinct from (e.n, e.last, e.first)`,
  "a head that is not the last event's": `
    select w.id from wallets.wallets w
    join wallets.wallet_events e on e.wallet_id = w.id and e.sequence = w.version
    where w.organization_id = $1::uuid and e.hash <> w.head_hash`,
};

/** What is wrong with an organization's ledger, as its rows tell it. */
export const ledgerFaults = async (server: Server, organizationId: string): Promise<string[]> => {
  const found: string[] = [];
  for (const [fault, query] of Object.entries(faults)) {
    const rows = await rowsOf(server, query, organizationId);
    if (rows.length > 0) found.push(`${fault}: ${JSON.stringify(rows.slice(0, 3))}`);
  }
  return found;
};
