import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { chained, genesisHash } from "../../src/domain/wallets/log/chain.ts";
import type { EventType } from "../../src/domain/wallets/model/event.ts";
import type { ReceiptPayload } from "../../src/domain/wallets/receipts/receipt.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import { dataOf, type Server } from "../support/api.ts";
import { newOrganization } from "../support/organization.ts";

/** Receipts as somebody checks them who has nothing but jose and the public keys. */
export const receiptSuite = (server: Server): void => {
  const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", server.url), {
    [customFetch]: (url, init) => server.fetch(new Request(url, init as RequestInit)),
  });

  const receiptOf = async (organization: Awaited<ReturnType<typeof newOrganization>>, id: string) =>
    dataOf(await organization.api.get<{ receipt: string }>(`/v1/authorizations/${id}/receipt`))
      .receipt;

  describe("receipts", () => {
    test("jose checks one with the published keys, and it says what is stored, byte for byte", async () => {
      const organization = await newOrganization(server);
      const wallet = await organization.wallet(10_000);
      const card = await organization.card(wallet.id);
      const payment = await organization.pay(card.id, 1_234);
      const { payload, protectedHeader } = await jwtVerify<ReceiptPayload>(
        await receiptOf(organization, payment.id),
        keys,
        { issuer: "purser", subject: payment.id, typ: "purser-receipt+jwt" },
      );
      expect(protectedHeader.alg).toBe("EdDSA");
      expect(Math.abs(payload.iat - Date.now() / 1_000)).toBeLessThan(30);
      const rows = await server.database.run({
        name: "test.events",
        text: `select *, encode(hash, 'hex') as hash_hex from wallets.wallet_events
where wallet_id = $1::uuid and sequence >= $2::bigint - 1 order by sequence limit 2`,
        params: [wallet.id, payload.event.sequence],
      });
      const [before, row = {}] = rows;
      expect(payload.event).toEqual({
        organizationId: organization.id,
        walletId: wallet.id,
        sequence: Number(row["sequence"]),
        type: "authorization.approved",
        recordedAt: (row["recorded_at"] as Date).toISOString(),
        rulesVersion: row["rules_version"],
        requestId: row["request_id"],
        commandKey: row["command_key"],
        fingerprint: row["fingerprint"],
        command: row["command"],
        data: row["data"],
        hash: row["hash_hex"],
      });
      expect(JSON.parse(payload.event.data).authorization).toMatchObject({
        id: payment.id,
        amount: 1_234,
        approved: true,
      });
      // And the hash is of what the receipt says, chained to the event before.
      expect(hashOf(payload.event, String(before?.["hash_hex"]))).toBe(payload.event.hash);
      expect(hashOf(payload.event, genesisHash)).not.toBe(payload.event.hash);
    });

    test("a decline has one too, and it stays the decision's whatever becomes of the payment", async () => {
      const organization = await newOrganization(server);
      const wallet = await organization.wallet(1_000);
      const card = await organization.card(wallet.id);
      const declined = await organization.pay(card.id, 5_000);
      const said = (
        await jwtVerify<ReceiptPayload>(await receiptOf(organization, declined.id), keys)
      ).payload.event;
      expect(said.type).toBe("authorization.declined");
      const approved = await organization.pay(card.id, 500);
      const early = await receiptOf(organization, approved.id);
      dataOf(await organization.api.post(`/v1/authorizations/${approved.id}/captures`, {}));
      const late = await receiptOf(organization, approved.id);
      const events = await Promise.all(
        [early, late].map(
          async (jws) => (await jwtVerify<ReceiptPayload>(jws, keys)).payload.event,
        ),
      );
      expect(events[1]).toEqual(events[0]);
    });

    test("another organization's payment, and one that is not there, have none", async () => {
      const organization = await newOrganization(server);
      const stranger = await newOrganization(server);
      const wallet = await organization.wallet(1_000);
      const card = await organization.card(wallet.id);
      const payment = await organization.pay(card.id, 500);
      for (const id of [payment.id, card.id]) {
        const answer = await stranger.api.get(`/v1/authorizations/${id}/receipt`);
        expect([answer.status, answer.problem.code]).toEqual([404, "not_found"]);
      }
    });
  });
};

const hashOf = (event: ReceiptPayload["event"], previous: string): string =>
  sha256Hex(
    chained(
      previous,
      { ...event, type: event.type as EventType, at: Date.parse(event.recordedAt) },
      event,
      event.command,
      event.data,
    ),
  );
