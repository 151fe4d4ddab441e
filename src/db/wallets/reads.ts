import type { PageRequest } from "../../domain/page.ts";
import type { WalletReads } from "../../domain/wallets/ports.ts";
import type { Database } from "../database.ts";
import { type ShareLookUps, unshared } from "../gather.ts";
import { childPageOf, pageOf } from "../page.ts";
import { primaryReader, type Reader } from "../reader.ts";
import { authorizationOf, findAuthorization, listAuthorizations } from "./authorizations.ts";
import { cardIdsOf, cardOf, findCard, listCards, revealCard, revealedOf } from "./cards.ts";
import { feedOf, findDecision, listEvents, storedEventOf } from "./events.ts";
import { balanceAt, balanceOf, ledgerAccountOf, ledgerAccounts } from "./ledger.ts";
import { findOperation, listOperations, operationOf } from "./operations.ts";
import { listTransactions, transactionsOf } from "./transactions.ts";
import { findWallets, listWallets, type WalletKey, walletOf, walletsOf } from "./wallets.ts";

/**
 * Reads outside the lanes: what the database has committed, whoever decided it. Lists and
 * sums over the journal come from the reader, which may be a replica. What is asked for by
 * its id, every balance and all that something is decided on come from the database itself.
 */
export const createWalletReads = (
  database: Database,
  reader: Reader = primaryReader(database),
  share: ShareLookUps = unshared,
): WalletReads => {
  const lookUpWallet = share("wallets.find_wallets", async (keys: readonly WalletKey[]) =>
    walletsOf(await database.run(findWallets(keys)), keys),
  );
  return {
    findWallet: (organizationId, id) => lookUpWallet({ organizationId, id }),
    listWallets: async (organizationId, page, filters) =>
      pageOf(
        await reader.read(listWallets(organizationId, page, filters), asFresh(page)),
        page.limit,
        walletOf,
      ),
    findCard: async (organizationId, id) => {
      const [row] = await database.run(findCard(organizationId, id));
      return row ? cardOf(row) : null;
    },
    listCards: async (organizationId, page, filters) =>
      pageOf(
        await reader.read(listCards(organizationId, page, filters), asFresh(page)),
        page.limit,
        cardOf,
      ),
    findAuthorization: async (organizationId, id) => {
      const [row] = await database.run(findAuthorization(organizationId, id));
      return row ? authorizationOf(row) : null;
    },
    listAuthorizations: async (organizationId, page, filters) =>
      pageOf(
        await reader.read(listAuthorizations(organizationId, page, filters), asFresh(page)),
        page.limit,
        authorizationOf,
      ),
    listTransactions: async (organizationId, walletId, page, filters) =>
      transactionsOf(
        await reader.read(listTransactions(organizationId, walletId, page, filters), {
          ...asFresh(page),
          emptyIsAbsent: true,
        }),
        page.limit,
      ),
    findOperation: async (organizationId, id) => {
      const [row] = await database.run(findOperation(organizationId, id));
      return row ? operationOf(row) : null;
    },
    listOperations: async (organizationId, page, filters) => {
      const ofParent = filters.walletId !== undefined || filters.authorizationId !== undefined;
      const rows = await reader.read(listOperations(organizationId, page, filters), {
        ...asFresh(page),
        emptyIsAbsent: ofParent,
      });
      return (ofParent ? childPageOf : pageOf)(rows, page.limit, operationOf);
    },
    findDecision: async (organizationId, authorizationId) => {
      const [row] = await database.run(findDecision(organizationId, authorizationId));
      return row ? storedEventOf(row) : null;
    },
    balanceAt: async (organizationId, walletId, at) => {
      const [row] = await database.run(balanceAt(organizationId, walletId, at));
      return row ? balanceOf(row, walletId, at) : null;
    },
    listEvents: async (organizationId, page, filters) =>
      feedOf(await reader.read(listEvents(organizationId, page, filters), asFresh(page)), page),
    ledgerAccounts: async (organizationId, freshness) => {
      const options = { since: freshness?.wallets, patienceMs: reportPatienceMs };
      return (await reader.read(ledgerAccounts(organizationId), options)).map(ledgerAccountOf);
    },
    cardIdsOf: async (organizationId, walletId, most) => {
      const rows = await database.run(cardIdsOf(organizationId, walletId, most));
      return rows.length === 0 ? null : rows.flatMap(({ id }) => (id === null ? [] : [String(id)]));
    },
    revealCard: async (actor, id) => {
      const [row] = await database.run(revealCard(actor, id));
      return row ? revealedOf(row) : null;
    },
  };
};

const asFresh = ({ freshness }: Pick<PageRequest<string>, "freshness">) => ({
  since: freshness?.wallets,
});

/** It reads all of an organization's journal. */
const reportPatienceMs = 10_000;
