import * as z from "zod";
import { laneKeyOf } from "../../domain/ids.ts";
import { isoTime, isoTimeOrNull } from "../../domain/iso-time.ts";
import type { SealedEvent } from "../../domain/wallets/log/chain.ts";
import { operationOf, sourceOf } from "../../domain/wallets/log/projections.ts";
import {
  type Authorization,
  authorizationRecord,
} from "../../domain/wallets/model/authorization.ts";
import type { PostingRecord } from "../../domain/wallets/model/posting.ts";
import type {
  Answered,
  AuthorizationChange,
  CardChange,
  CommitBatch,
  CommitGroup,
  CommittedEvent,
  GroupOutcome,
  WalletChange,
} from "../../domain/wallets/store.ts";
import type { Row, Statement } from "../database.ts";
import { type CommitKind, commitText } from "./commit-statement.ts";
import { usageToJson } from "./usage-json.ts";

/** The guarded commit of a batch; `commit-statement.ts` says what it does. */
export const commitStatement = (batch: CommitBatch): Statement => {
  const rows = commitRows(batch.groups);
  const { text, params } = commitText(kindOf(rows));
  return { name: "wallets.commit", text, params: [...params(rows), isoTime(batch.deadline)] };
};

const kindOf = (rows: ReturnType<typeof commitRows>): CommitKind => {
  const closes = rows.wallets.some((wallet) => "status" in wallet && wallet.status === "closed");
  if (closes || rows.newCards.length > 0) return "cards";
  const alone = Object.values(rows).every((section) => section.length <= 1);
  const acts = rows.operations.length > 0 || rows.changedPayments.length > 0;
  if (acts) return alone ? "movement" : "money";
  return alone ? "payment" : "payments";
};

/**
 * What a batch writes, as the statement reads it: columns by the short names that it has for them.
 * What a row has of its wallet (lane key, organization, currency) it takes from the wallet's row.
 */
export const commitRows = (groups: readonly CommitGroup[]) => {
  const wallets: ReturnType<typeof walletRow>[] = [];
  const keys: { g: number; w: string; l: number; k: string }[] = [];
  const events: ReturnType<typeof eventRow>[] = [];
  const postings: ReturnType<typeof postingRows> = [];
  const newPayments: ReturnType<typeof newPaymentRow>[] = [];
  const changedPayments: ReturnType<typeof changedPaymentRow>[] = [];
  const operations: ReturnType<typeof operationRows> = [];
  const changedCards: ReturnType<typeof changedCardRow>[] = [];
  const newCards: ReturnType<typeof newCardRow>[] = [];
  groups.forEach((group, g) => {
    for (const change of group.wallets) wallets.push(walletRow(g, change));
    for (const { walletId, key } of group.keys) {
      keys.push({ g, w: walletId, l: laneKeyOf(walletId), k: key });
    }
    for (const sealed of group.events) {
      events.push(eventRow(sealed, events.length));
      postings.push(...postingRows(sealed));
      operations.push(...operationRows(sealed));
    }
    for (const change of group.authorizations) {
      if (change.created) newPayments.push(newPaymentRow(change));
      else changedPayments.push(changedPaymentRow(change));
    }
    for (const change of group.cards) {
      if (change.secret) newCards.push(newCardRow(g, change));
      else changedCards.push(changedCardRow(change));
    }
  });
  return {
    wallets,
    keys,
    events,
    postings,
    newPayments,
    changedPayments,
    operations,
    changedCards,
    newCards,
  };
};

const walletRow = (g: number, { expectedVersion, after, settingsChanged }: WalletChange) => ({
  g,
  id: after.id,
  org: after.organizationId,
  expected: expectedVersion,
  version: after.version,
  available: Number(after.available),
  held: Number(after.held),
  receivable: Number(after.receivable),
  usage: usageToJson(after.usage),
  tz_locked: after.timezoneLocked,
  hash: after.headHash,
  at: isoTime(after.updatedAt),
  cold: settingsChanged,
  ...(settingsChanged && {
    name: after.name,
    timezone: after.timezone,
    status: after.status,
    limits: after.limits,
    controls: after.controls,
    metadata: after.metadata,
    threshold: after.lowBalanceThreshold,
    deleted: isoTimeOrNull(after.deletedAt),
  }),
});

const eventRow = (sealed: SealedEvent, position: number) => ({
  w: sealed.event.walletId,
  s: sealed.event.sequence,
  t: sealed.event.type,
  c: sealed.commandText,
  d: sealed.dataText,
  v: sealed.event.rulesVersion,
  r: sealed.requestId,
  k: sealed.commandKey,
  f: sealed.fingerprint,
  at: isoTime(sealed.event.at),
  h: sealed.hash,
  p: position,
});

const postingRows = (sealed: SealedEvent) => {
  const { event } = sealed;
  const postings: readonly PostingRecord[] = "postings" in event.data ? event.data.postings : [];
  if (postings.length === 0) return [];
  const source = sourceOf(event);
  return postings.map((posting, o) => ({
    w: event.walletId,
    s: event.sequence,
    o,
    ...posting,
    source: source.id,
    card: source.cardId,
    reference: source.reference,
    effective: source.effectiveAt ?? isoTime(event.at),
    at: isoTime(event.at),
  }));
};

const operationRows = (sealed: SealedEvent) => {
  const operation = operationOf(sealed.event);
  if (!operation) return [];
  return [
    {
      id: operation.id,
      w: sealed.event.walletId,
      kind: operation.kind,
      authorization_id: operation.authorizationId,
      record: operation.record,
      s: sealed.event.sequence,
      at: isoTime(sealed.event.at),
    },
  ];
};

const newPaymentRow = ({ after }: AuthorizationChange) => {
  const record = authorizationRecord(after);
  return {
    ...paymentRow(after),
    card: record.cardId,
    approved: record.approved,
    forced: record.forced,
    reasons: record.reasons,
    requested: record.requestedAmount,
    merchant: record.merchant,
    merchant_amount: record.merchantAmount,
    metadata: record.metadata,
    decided: after.decisionSequence,
    at: record.createdAt,
  };
};

const changedPaymentRow = ({ after }: AuthorizationChange) => ({
  l: laneKeyOf(after.walletId),
  ...paymentRow(after),
});

/** What changes in the life of a payment. */
const paymentRow = (after: Authorization) => ({
  id: after.id,
  w: after.walletId,
  status: after.status,
  amount: Number(after.amount),
  held: Number(after.held),
  captured: Number(after.captured),
  reversed: Number(after.reversed),
  refunded: Number(after.refunded),
  consumed: after.consumed,
  expires: isoTimeOrNull(after.expiresAt),
  sequence: after.sequence,
});

const changedCardRow = ({ after, settingsChanged }: CardChange) => ({
  id: after.id,
  w: after.walletId,
  usage: usageToJson(after.usage),
  cold: settingsChanged,
  ...(settingsChanged && {
    cardholder: after.cardholderId,
    name: after.name,
    status: after.status,
    limits: after.limits,
    controls: after.controls,
    metadata: after.metadata,
    replaced_by: after.replacedBy,
    locked_merchant: after.lockedMerchantId,
    updated: isoTime(after.updatedAt),
    deleted: isoTimeOrNull(after.deletedAt),
  }),
});

const newCardRow = (g: number, { after, secret }: CardChange) => ({
  g,
  id: after.id,
  w: after.walletId,
  l: laneKeyOf(after.walletId),
  org: after.organizationId,
  cardholder: after.cardholderId,
  name: after.name,
  type: after.type,
  issued: after.issued,
  status: after.status,
  last4: after.last4,
  exp_month: after.expMonth,
  exp_year: after.expYear,
  ciphertext: secret?.numberCiphertext,
  key_version: secret?.numberKeyVersion,
  fingerprint: secret?.numberFingerprint,
  limits: after.limits,
  usage: usageToJson(after.usage),
  controls: after.controls,
  metadata: after.metadata,
  replacement_for: after.replacementFor,
  locked_merchant: after.lockedMerchantId,
  created: isoTime(after.createdAt),
  updated: isoTime(after.updatedAt),
  deleted: isoTimeOrNull(after.deletedAt),
});

const answerRow = z.object({
  accepted: z.array(z.int()),
  refused: z.array(z.tuple([z.int(), z.boolean(), z.boolean(), z.boolean()])),
  used: z.array(
    z.object({
      g: z.int(),
      wallet_id: z.string(),
      sequence: z.int(),
      type: z.string(),
      recorded_at: z.string(),
      data: z.string(),
      command_key: z.string(),
      fingerprint: z.string().nullable(),
      request_id: z.string(),
    }),
  ),
  updated: z.int(),
  events: z.int(),
  transaction: z.string(),
  database_time: z.date(),
  execution_ms: z.number(),
});

/** Reads the commit's one row as an outcome for each group of the batch. */
export const commitAnswer = (batch: CommitBatch, rows: readonly Row[]): Answered => {
  const row = answerRow.parse(rows[0]);
  const accepted = new Set(row.accepted);
  assertWritten(batch, accepted, row);
  const refused = new Map(row.refused.map(([g, stale, , taken]) => [g, { stale, taken }]));
  const used = Map.groupBy(row.used, ({ g }) => g);
  const outcomes = batch.groups.map((_, g): GroupOutcome => {
    if (accepted.has(g)) return committed;
    const why = refused.get(g);
    if (!why) throw new Error("the commit says nothing of a group");
    const events = (used.get(g) ?? []).map(usedEvent);
    return {
      verdict: "refused",
      stale: why.stale,
      numberTaken: why.taken,
      used: events,
      late: !why.stale && !why.taken && events.length === 0,
    };
  });
  return {
    kind: "answered",
    outcomes,
    transaction: row.transaction,
    databaseTime: row.database_time.getTime(),
    executionMs: row.execution_ms,
  };
};

const committed: GroupOutcome = {
  verdict: "committed",
  stale: false,
  late: false,
  numberTaken: false,
  used: [],
};

const usedEvent = (row: z.output<typeof answerRow>["used"][number]): CommittedEvent => ({
  walletId: row.wallet_id,
  sequence: row.sequence,
  type: row.type as CommittedEvent["type"],
  at: Date.parse(row.recorded_at),
  data: JSON.parse(row.data),
  commandKey: row.command_key,
  fingerprint: row.fingerprint,
  requestId: row.request_id,
});

/** The other side of the statement's promise: all of an accepted group was written. */
const assertWritten = (
  batch: CommitBatch,
  accepted: ReadonlySet<number>,
  written: { readonly updated: number; readonly events: number },
): void => {
  const groups = batch.groups.filter((_, g) => accepted.has(g));
  const wallets = groups.flatMap((group) =>
    group.wallets.filter(({ expectedVersion, after }) => after.version > expectedVersion),
  ).length;
  const events = groups.reduce((sum, group) => sum + group.events.length, 0);
  if (written.updated !== wallets || written.events !== events) {
    throw new Error(
      `the commit wrote ${written.updated} of ${wallets} wallets, ${written.events} of ${events} events`,
    );
  }
};
