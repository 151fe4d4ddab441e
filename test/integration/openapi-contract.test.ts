import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../scripts/openapi/document.ts";
import { differences } from "../support/json-schema.ts";
import { type Operation, operations, resolve } from "../support/operations.ts";
import { fill, newTenant } from "../support/tenant.ts";
import { type Answer, wholeApp } from "../support/whole-app.ts";

const { send, adminToken } = await wholeApp();

/** Where the first of its filters is needed. */
const neededFilter = ({ method, query }: Operation): string => {
  const name = query[0]?.["name"];
  return method === "DELETE" && name ? `?${name}={{${name}}}` : "";
};

/** What the document says of this answer, compared with it. */
const undocumented = ({ documented }: Operation, { status, headers, body }: Answer): string[] => {
  const responses = documented["responses"] as Record<string, JsonObject>;
  const response = responses[String(status)];
  if (!response) return [`status ${status}`];
  const content = resolve(response)["content"] as
    | Record<string, { schema: JsonObject }>
    | undefined;
  if (!content) return body === undefined ? [] : ["a body"];
  const type = headers.get("Content-Type")?.split(";")[0] ?? "";
  const schema = content[type]?.schema;
  return schema ? differences(schema, body) : [`the type ${type}`];
};

describe("every operation succeeds with its example, and answers as documented", () => {
  test.each(operations)("$id", async (operation) => {
    const { method, path, body, isAdmin } = operation;
    const { key, ids } = await newTenant(send, adminToken);
    // What holds money is not deleted, and a member is not made twice.
    const needsFresh = /^(deleteWallets?|deleteUser|deleteTeam|createTeamMember|closeWallet)$/;
    const own = needsFresh.test(operation.id) ? { ...ids, ...(await freshOwners(key)) } : ids;
    const url = fill(`${path}${neededFilter(operation)}`, own);
    if (operation.id === "unfreezeCard") await send(key, "POST", url.replace("un", ""));
    const answer = await send(isAdmin ? adminToken : key, method, url, fill(body, own));
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    expect(undocumented(operation, answer)).toEqual([]);
  });
});

describe("every operation refuses as documented", async () => {
  const { key } = await newTenant(send, adminToken);
  const refused = async (operation: Operation, answer: Answer, status: number) => {
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    expect(undocumented(operation, answer)).toEqual([]);
  };

  test.each(operations)("$id", async (operation) => {
    const { method, path, pathIds, body, isAdmin } = operation;
    const nobody = Object.fromEntries(
      [
        "organization",
        "apiKey",
        "user",
        "team",
        "teamMember",
        "wallet",
        "toWallet",
        "card",
        "authorization",
        "transfer",
        "deposit",
        "withdrawal",
        "increment",
        "capture",
        "reversal",
        "refund",
      ].map((name) => [`${name}Id`, crypto.randomUUID()]),
    );
    const url = fill(path, nobody);
    const token = isAdmin ? adminToken : key;
    await refused(operation, await send("nobody", method, url, fill(body, nobody)), 401);
    await refused(
      operation,
      await send(token, method, `${url}?colour=red`, fill(body, nobody)),
      400,
    );
    if (pathIds.length > 0) {
      await refused(operation, await send(token, method, url, fill(body, nobody)), 404);
    }
    if (method === "GET" || method === "DELETE") return;
    await refused(operation, await send(token, method, url, "{"), 400);
    await refused(operation, await send(token, method, url, { colour: "red" }), 422);
    const type = { "Content-Type": "text/plain" };
    await refused(operation, await send(token, method, url, "{}", type), 415);
    await refused(operation, await send(token, method, url, " ".repeat(1_048_577)), 413);
  });
});

const freshOwners = async (key: string) => {
  const make = async (path: string, body: unknown): Promise<string> => {
    const answer = await send(key, "POST", path, body);
    return (answer.data as { id: string }).id;
  };
  const userId = await make("/v1/users", { email: `${crypto.randomUUID()}@example.com` });
  const teamId = await make("/v1/teams", { name: crypto.randomUUID() });
  await make("/v1/wallets", { teamId });
  return { userId, teamId, walletId: await make("/v1/wallets", { userId }) };
};
