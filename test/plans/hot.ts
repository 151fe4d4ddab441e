import { dataOf, type Server } from "../support/api.ts";
import { newOrganization, type Organization } from "../support/organization.ts";
import type { Originals } from "../support/populated.ts";
import type { Identified } from "../support/resources.ts";

/** The organization that has nearly everything, and of each kind the one that has most. */
export interface Hot {
  readonly organization: Organization;
  readonly originals: Originals;
}

export const hotOrganization = async (server: Server): Promise<Hot> => {
  const organization = await newOrganization(server);
  const { api } = organization;
  const make = async (path: string, json: unknown, key?: string): Promise<string> =>
    dataOf(await api.post<Identified>(path, json, key)).id;
  const [key] = dataOf(await api.get<Identified[]>("/v1/api-keys"));
  const userId = await make("/v1/users", { email: "hot@users.example" }, "user");
  const teamId = await make("/v1/teams", { name: "Hot" });
  const memberId = await make("/v1/team-members", { teamId, userId });
  const walletId = await make("/v1/wallets", { userId, name: "Hot" }, "wallet");
  const depositId = await make(`/v1/wallets/${walletId}/deposits`, { amount: 1_000_000_000 });
  const { id: cardId } = await organization.card(walletId);
  dataOf(await api.get(`/v1/cards/${cardId}/secrets`));
  const { id: authorizationId } = await organization.pay(cardId, 100);
  await make(`/v1/authorizations/${authorizationId}/captures`, { amount: 100 });
  return {
    organization,
    originals: {
      organizationId: organization.id,
      apiKeyId: key?.id ?? "",
      userId,
      teamId,
      memberId,
      walletId,
      cardId,
      authorizationId,
      depositId,
    },
  };
};
