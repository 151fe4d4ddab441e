import type { LoadPlan, PlannedRequest } from "../load/plan.ts";
import type { Tenant, WalletWithCard } from "../session/tenant.ts";

/** What is asked for, of whichever system. */
export type Workload = (
  tenant: Tenant,
) => Pick<LoadPlan, "requests"> & Partial<Pick<LoadPlan, "follow" | "expect" | "keyed">>;

/** A payment as a shop sends it. */
export const payment = {
  amount: 125,
  merchant: { id: "bakery-7", name: "Corner Bakery", category: "5462", country: "SE" },
} as const;

const post = (path: string, body: unknown): PlannedRequest => ({
  method: "POST",
  path,
  body: JSON.stringify(body),
});

const pay = ({ cardId }: WalletWithCard) => post("/v1/authorizations", { cardId, ...payment });

const approved = '"approved":true';

export const payAcross: Workload = ({ wallets }) => ({
  requests: wallets.map(pay),
  expect: approved,
});

export const payWithKeys: Workload = (tenant) => ({ ...payAcross(tenant), keyed: true });

export const payHot: Workload = ({ hot }) => ({ requests: [pay(hot)], expect: approved });

export const payAndCapture: Workload = ({ wallets }) => ({
  requests: wallets.map(pay),
  expect: approved,
  follow: post("/v1/authorizations/{id}/captures", {}),
});

/** From each wallet to the next one, and from the last to the first: no order of locks suits all. */
export const transferInRings: Workload = ({ wallets }) => ({
  requests: wallets.map(({ walletId }, at) =>
    post("/v1/transfers", {
      fromWalletId: walletId,
      toWalletId: wallets[(at + 1) % wallets.length]?.walletId,
      amount: 1,
    }),
  ),
});

const get = (path: string): PlannedRequest => ({ method: "GET", path });

export const readWallet: Workload = ({ wallets }) => ({
  requests: wallets.map(({ walletId }) => get(`/v1/wallets/${walletId}`)),
});

export const listPayments: Workload = ({ wallets }) => ({
  requests: wallets.map(({ walletId }) => get(`/v1/authorizations?walletId=${walletId}&limit=20`)),
});

/** For the handler that does nothing. */
export const readNothing: Workload = ({ wallets }) => ({
  requests: wallets.map(({ walletId }) => get(`/v1/nothing/${walletId}`)),
});
