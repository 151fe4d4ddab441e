import { describe, expect, test } from "vitest";
import { scopes } from "../../src/domain/actor.ts";
import { refusalOf, type Server } from "../support/api.ts";
import { operations } from "../support/contract.ts";
import { dumpOf } from "../support/dump.ts";
import { newOrganization, sendSample } from "../support/organization.ts";

const scoped = operations.filter(({ access }) => access !== "admin" && access !== "public");
const forAdmins = operations.filter(({ access }) => access === "admin");

/** For every operation, or every n-th: its scope is needed, and enough. */
export const scopeSuite = (server: Server, { every = 1 } = {}): void => {
  const some = scoped.filter((_, at) => at % every === 0);

  describe("who may call", () => {
    test("is said of every operation", () => {
      expect(scoped.length + forAdmins.length).toBe(operations.length);
      expect(forAdmins.length).toBeGreaterThan(0);
      for (const { access } of scoped) expect(scopes).toContain(access);
    });

    test.concurrent.each(some)("$id: whoever has the scope $access", async (operation) => {
      const organization = await newOrganization(server);
      const sample = await organization.sample(operation);
      const without = scopes.filter((scope) => scope !== operation.access);
      const others = await organization.key(without);
      const enough = await organization.key([operation.access]);
      const before = await dumpOf(server, organization.id);
      const as = (token: string | null) => sendSample(server, organization, sample, { token });

      const refused = await as(others);
      expect(refusalOf(refused)).toMatchObject({ status: 403, code: "scope_missing" });
      expect(refused.headers.get("WWW-Authenticate")).toContain(operation.access);
      const nobody = await as(null);
      expect(refusalOf(nobody)).toMatchObject({ status: 401, code: "unauthenticated" });
      expect(nobody.headers.get("WWW-Authenticate")).toContain("Bearer");
      for (const wrong of [
        `${others}x`,
        `${crypto.randomUUID()}.${others.split(".")[1]}`,
        others.split(".")[0] ?? "",
        "nobody",
        server.adminToken,
      ]) {
        expect((await as(wrong)).status).toBe(401);
      }
      expect(await dumpOf(server, organization.id)).toEqual(before);

      const done = await as(operation.id === "createApiKey" ? organization.apiKey : enough);
      expect([done.status, done.text]).toEqual([operation.successStatus, done.text]);
    });

    test.concurrent.each(forAdmins)("$id: the admin alone", async (operation) => {
      const organization = await newOrganization(server);
      const sample = await organization.sample(operation);
      const as = (token: string | null) => sendSample(server, organization, sample, { token });
      const before = await dumpOf(server, organization.id);
      expect(refusalOf(await as(organization.apiKey)).status).toBe(403);
      expect(refusalOf(await as(null)).status).toBe(401);
      expect(refusalOf(await as(`${server.adminToken}x`)).status).toBe(401);
      expect(refusalOf(await as(server.adminToken.slice(0, -1))).status).toBe(401);
      expect(await dumpOf(server, organization.id)).toEqual(before);
      expect((await as(server.adminToken)).status).toBe(operation.successStatus);
    });
  });
};
