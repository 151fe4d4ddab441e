import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { apiClient } from "../api-client.ts";

export interface DevOrganization {
  readonly organizationId: string;
  readonly apiKey: string;
  readonly seeded: boolean;
}

const fileIn = (folder: string): string => join(folder, "organization.json");

/** The organization of an earlier start, if the database still knows it, else a new one. */
export const devOrganization = async (
  url: string,
  adminToken: string,
  folder: string,
): Promise<DevOrganization> => {
  const kept = await readFile(fileIn(folder), "utf8").catch(() => undefined);
  if (kept) {
    const organization = JSON.parse(kept) as DevOrganization;
    const path = `/v1/organizations/${organization.organizationId}`;
    if ((await apiClient(url, organization.apiKey).status(path)) === 200) return organization;
  }
  const created = await apiClient(url, adminToken).post<{ id: string; apiKey: string }>(
    "/v1/organizations",
    { name: "Harbour Supplies" },
  );
  const organization = { organizationId: created.id, apiKey: created.apiKey, seeded: false };
  await keepOrganization(folder, organization);
  return organization;
};

export const keepOrganization = (folder: string, organization: DevOrganization): Promise<void> =>
  writeFile(fileIn(folder), `${JSON.stringify(organization, null, 2)}\n`, { mode: 0o600 });
