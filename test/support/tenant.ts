import { scopes } from "../../src/domain/actor.ts";
import type { Send } from "./whole-app.ts";

/** An organization that has one of everything, by the names that example bodies and paths use. */
export interface Tenant {
  readonly key: string;
  readonly ids: Readonly<Record<string, string>>;
}

export const newTenant = async (send: Send, adminToken: string): Promise<Tenant> => {
  const make = async (
    token: string,
    path: string,
    body: unknown,
  ): Promise<Record<string, string>> => {
    const answer = await send(token, "POST", path, body);
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.data as Record<string, string>;
  };
  const organization = await make(adminToken, "/v1/organizations", { name: "Tenant" });
  const first = organization["apiKey"] ?? "";
  const { key = "", id: apiKeyId } = await make(first, "/v1/api-keys", { name: "All", scopes });
  const id = async (path: string, body: unknown) => (await make(key, path, body))["id"] ?? "";
  const userId = await id("/v1/users", { email: `${crypto.randomUUID()}@example.com` });
  const teamId = await id("/v1/teams", { name: crypto.randomUUID() });
  const teamMemberId = await id("/v1/team-members", { teamId, userId });
  const walletId = await id("/v1/wallets", { userId });
  const toWalletId = await id("/v1/wallets", { teamId });
  await id(`/v1/wallets/${walletId}/deposits`, { amount: 1_000_000 });
  const transferId = await id("/v1/transfers", {
    fromWalletId: walletId,
    toWalletId,
    amount: 5_000,
  });
  const cardId = await id("/v1/cards", { walletId });
  const authorizationId = await id("/v1/authorizations", { cardId, amount: 2_500 });
  const ofPayment = `/v1/authorizations/${authorizationId}`;
  return {
    key,
    ids: {
      organizationId: organization["id"] ?? "",
      apiKeyId: apiKeyId ?? "",
      userId,
      teamId,
      teamMemberId,
      walletId,
      toWalletId,
      cardId,
      authorizationId,
      transferId,
      depositId: await id(`/v1/wallets/${walletId}/deposits`, { amount: 700 }),
      withdrawalId: await id(`/v1/wallets/${walletId}/withdrawals`, { amount: 300 }),
      incrementId: await id(`${ofPayment}/increments`, { amount: 500 }),
      captureId: await id(`${ofPayment}/captures`, { amount: 1_500, final: false }),
      reversalId: await id(`${ofPayment}/reversals`, { amount: 100 }),
      refundId: await id("/v1/refunds", { authorizationId, amount: 50 }),
    },
  };
};

/** Puts a tenant's ids, and what must be unique, where a text has `{{...}}`. */
export const fill = <T>(template: T, ids: Tenant["ids"]): T => {
  if (template === undefined) return template;
  const text = JSON.stringify(template)
    .replaceAll("{{$randomUserName}}", crypto.randomUUID())
    .replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const id = ids[name];
      if (id === undefined) throw new Error(`tenants have no ${name}`);
      return id;
    });
  return JSON.parse(text);
};
