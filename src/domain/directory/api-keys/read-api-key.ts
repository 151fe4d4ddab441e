import type { Actor } from "../../actor.ts";
import { foundResult } from "../../changes.ts";
import type { Page, PageRequest } from "../../page.ts";
import { ok, type Result } from "../../result.ts";
import type { ApiKey, ApiKeySort, ApiKeyStore } from "./api-key.ts";

export const getApiKey =
  ({ apiKeys }: { apiKeys: ApiKeyStore }) =>
  async (actor: Actor, id: string): Promise<Result<ApiKey>> =>
    foundResult(await apiKeys.find(actor.organizationId, id), "API key");

export const listApiKeys =
  ({ apiKeys }: { apiKeys: ApiKeyStore }) =>
  async (actor: Actor, page: PageRequest<ApiKeySort>): Promise<Result<Page<ApiKey>>> =>
    ok(await apiKeys.list(actor.organizationId, page));
