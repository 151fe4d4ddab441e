import { describe, expect, test } from "vitest";
import { dataOf, type Json, refusalOf, type Server, times } from "../support/api.ts";
import { dumpOf } from "../support/dump.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { newOrganization, type Organization } from "../support/organization.ts";

export const ownerKinds = [
  { kind: "team", path: "/v1/teams", field: "teamId" },
  { kind: "user", path: "/v1/users", field: "userId" },
] as const;

/** An owner with three wallets, a card on each, and a membership. */
export const prosperousOwner = async (
  organization: Organization,
  { kind, path, field }: (typeof ownerKinds)[number],
) => {
  const teamId = await organization.make("teams");
  const userId = await organization.make("users");
  const { api } = organization;
  const member = dataOf(await api.post<{ id: string }>("/v1/team-members", { teamId, userId }));
  const id = kind === "team" ? teamId : userId;
  const wallets = await Promise.all(times(3, () => organization.wallet(0, { [field]: id })));
  const cards = await Promise.all(wallets.map((wallet) => organization.card(wallet.id)));
  return { id, url: `${path}/${id}`, member, wallets, cards };
};

/** Nothing of the owner is left to be seen, and nothing of it can be used. */
export const expectGone = async (
  { api }: Organization,
  owner: Awaited<ReturnType<typeof prosperousOwner>>,
): Promise<void> => {
  const urls = [
    owner.url,
    `/v1/team-members/${owner.member.id}`,
    ...owner.wallets.map(({ id }) => `/v1/wallets/${id}`),
    ...owner.cards.map(({ id }) => `/v1/cards/${id}`),
  ];
  for (const url of urls) expect((await api.get(url)).status, url).toBe(404);
  const hidden = [
    owner.id,
    owner.member.id,
    ...[...owner.wallets, ...owner.cards].map((o) => o.id),
  ];
  for (const list of ["teams", "users", "team-members", "wallets", "cards"]) {
    const rows = dataOf(await api.get<Json[]>(`/v1/${list}?limit=100`));
    for (const { id } of rows) expect(hidden).not.toContain(id);
  }
  const [card] = owner.cards;
  const [wallet] = owner.wallets;
  const pay = await api.post("/v1/authorizations", { cardId: card?.id, amount: 1 });
  expect(pay.status).toBe(404);
  expect((await api.post(`/v1/wallets/${wallet?.id}/deposits`, { amount: 1 })).status).toBe(404);
  expect((await api.post("/v1/cards", { walletId: wallet?.id })).status).toBe(404);
  expect((await api.delete(owner.url)).status).toBe(404);
};

export const ownerSuite = (server: Server): void => {
  describe.each(ownerKinds)("a $kind", (kind) => {
    test("with money stays, and the answer names every wallet that stands in the way", async () => {
      const organization = await newOrganization(server);
      const owner = await prosperousOwner(organization, kind);
      const [empty, ...rich] = owner.wallets;
      for (const { id } of rich) {
        dataOf(await organization.api.post(`/v1/wallets/${id}/deposits`, { amount: 1 }));
      }
      const answer = await organization.api.delete(owner.url);
      expect(refusalOf(answer)).toMatchObject({ status: 409, code: "owner_not_empty" });
      const told = JSON.stringify(answer.problem.errors);
      for (const { id } of rich) expect(told).toContain(id);
      expect(told).not.toContain(empty?.id);
      // All of it is as it was, and new wallets can still be made for it.
      for (const { id } of owner.wallets) {
        expect((await organization.walletNow(id)).status).toBe("active");
      }
      expect((await organization.api.get(`/v1/team-members/${owner.member.id}`)).status).toBe(200);
      const another = await organization.wallet(0, { [kind.field]: owner.id });
      expect(another.status).toBe("active");
    });

    test("whose payment is still held stays, too", async () => {
      const organization = await newOrganization(server);
      const owner = await prosperousOwner(organization, kind);
      const [wallet] = owner.wallets;
      const [card] = owner.cards;
      dataOf(await organization.api.post(`/v1/wallets/${wallet?.id}/deposits`, { amount: 50 }));
      expect((await organization.pay(card?.id ?? "", 50)).approved).toBe(true);
      const answer = await organization.api.delete(owner.url);
      expect(refusalOf(answer)).toMatchObject({ status: 409, code: "owner_not_empty" });
      expect(answer.text).toContain(wallet?.id);
    });

    test("without money goes with its wallets, cards and memberships, for good", async () => {
      const organization = await newOrganization(server);
      const owner = await prosperousOwner(organization, kind);
      const bystander = await prosperousOwner(organization, kind);
      expect((await organization.api.delete(owner.url)).status).toBe(204);
      await expectGone(organization, owner);
      const late = await organization.api.post("/v1/wallets", { [kind.field]: owner.id });
      expect(refusalOf(late)).toMatchObject({ status: 404, at: [`/${kind.field}`] });
      for (const { id } of bystander.wallets) {
        expect((await organization.walletNow(id)).status).toBe("active");
      }
      expect((await organization.api.get(bystander.url)).status).toBe(200);
      expect(await ledgerFaults(server, organization.id)).toEqual([]);
    });

    test("that is deleted while wallets are made for it leaves none behind", async () => {
      const organization = await newOrganization(server);
      for (let round = 0; round < 5; round++) {
        const id = await organization.make(`${kind.kind}s`);
        const [gone, ...made] = await Promise.all([
          organization.api.delete(`${kind.path}/${id}`),
          ...times(6, () => organization.api.post("/v1/wallets", { [kind.field]: id })),
        ]);
        expect(gone?.status).toBe(204);
        for (const { status } of made) expect([201, 404, 409]).toContain(status);
        const left = await organization.api.get<Json[]>(`/v1/wallets?${kind.field}=${id}`);
        expect(dataOf(left)).toEqual([]);
      }
    });

    test("bulk deletes of its wallets are all or nothing", async () => {
      const organization = await newOrganization(server);
      const owner = await prosperousOwner(organization, kind);
      const url = `/v1/wallets?${kind.field}=${owner.id}`;
      const last = owner.wallets.at(-1)?.id;
      dataOf(await organization.api.post(`/v1/wallets/${last}/deposits`, { amount: 5 }));
      const before = await dumpOf(server, organization.id);
      const refused = await organization.api.delete(url);
      expect(refusalOf(refused)).toMatchObject({ status: 409, code: "wallet_not_empty" });
      expect(JSON.stringify(refused.problem.errors)).toContain(last);
      expect(await dumpOf(server, organization.id)).toEqual(before);
      dataOf(await organization.api.post(`/v1/wallets/${last}/withdrawals`, { amount: 5 }));
      expect(dataOf(await organization.api.delete(url))).toEqual({ deleted: 3 });
      expect(dataOf(await organization.api.get<Json[]>(url))).toEqual([]);
      for (const { id } of owner.cards) {
        expect((await organization.api.get(`/v1/cards/${id}`)).status).toBe(404);
      }
      expect(dataOf(await organization.api.delete(url))).toEqual({ deleted: 0 });
      // The owner is not closed by that.
      await organization.wallet(0, { [kind.field]: owner.id });
    });

    test("bulk deletes of its memberships leave everything else", async () => {
      const organization = await newOrganization(server);
      const owner = await prosperousOwner(organization, kind);
      const url = `/v1/team-members?${kind.field}=${owner.id}`;
      expect(dataOf(await organization.api.delete(url))).toEqual({ deleted: 1 });
      expect(dataOf(await organization.api.get<Json[]>(url))).toEqual([]);
      expect((await organization.api.get(owner.url)).status).toBe(200);
      expect(await organization.walletNow(owner.wallets[0]?.id ?? "")).toMatchObject({
        status: "active",
      });
    });
  });

  test("a bulk delete of a wallet's cards takes all of them, and no other", async () => {
    const organization = await newOrganization(server);
    const [wallet, other] = [await organization.wallet(), await organization.wallet()];
    const cards = await Promise.all(times(3, () => organization.card(wallet.id)));
    const bystander = await organization.card(other.id);
    const url = `/v1/cards?walletId=${wallet.id}`;
    expect(dataOf(await organization.api.delete(url))).toEqual({ deleted: 3 });
    for (const { id } of cards) {
      expect((await organization.api.get(`/v1/cards/${id}`)).status).toBe(404);
    }
    const left = dataOf(await organization.api.get<Json[]>("/v1/cards"));
    expect(left.map(({ id }) => id)).toEqual([bystander.id]);
    expect((await organization.walletNow(wallet.id)).status).toBe("active");
  });

  test.each(["wallets", "cards", "team-members"])(
    "a bulk delete of %s without exactly one filter is refused and deletes nothing",
    async (resource) => {
      const organization = await newOrganization(server);
      const owner = await prosperousOwner(organization, ownerKinds[0]);
      const [wallet] = owner.wallets;
      const id = owner.id;
      const before = await dumpOf(server, organization.id);
      const queries = [
        "",
        "?",
        "?teamId=&userId=",
        `?teamId=${id}&userId=${id}`,
        `?teamId=${id}&teamId=${id}`,
        "?teamId=x",
        "?limit=1",
        `?walletId=${wallet?.id}&teamId=${id}`,
        resource === "cards" ? `?teamId=${id}` : `?walletId=${wallet?.id}`,
      ];
      for (const query of queries) {
        const answer = await organization.api.delete(`/v1/${resource}${query}`);
        expect([query, answer.status, answer.problem.code]).toEqual([
          query,
          400,
          "malformed_request",
        ]);
        expect(answer.problem.errors.length).toBeGreaterThan(0);
      }
      expect(await dumpOf(server, organization.id)).toEqual(before);
    },
  );

  test("two deletes of one owner at once: one did it, and the other is told that it is gone", async () => {
    const organization = await newOrganization(server);
    for (let round = 0; round < 5; round++) {
      const owner = await prosperousOwner(organization, ownerKinds[1]);
      const both = await Promise.all(times(2, () => organization.api.delete(owner.url)));
      expect(both.map(({ status }) => status).sort()).toEqual([204, 404]);
      await expectGone(organization, owner);
    }
  });
};
