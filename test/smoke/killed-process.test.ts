import { expect, test } from "vitest";
import { freshSecrets } from "../../scripts/secrets.ts";
import { type Client, client, times } from "../support/api.ts";
import { testDatabase } from "../support/database.ts";
import { httpServer } from "../support/http-server.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { newOrganization } from "../support/organization.ts";
import type { Identified } from "../support/resources.ts";
import { verified } from "../support/tampering.ts";

const database = await testDatabase();
const secrets = freshSecrets();
const start = () => httpServer("node", database, { secrets });

test("one of two that pay from the same wallets is killed: what was acknowledged is there once", async () => {
  const [survivor, doomed] = [await start(), await start()];
  const organization = await newOrganization(survivor);
  const wallets = await Promise.all(times(3, () => organization.wallet(10_000)));
  const cards = await Promise.all(wallets.map(({ id }) => organization.card(id)));
  const { api } = organization;
  const doomedApi = client(doomed, organization.apiKey);
  const commands = times(180, (index) => {
    const key = crypto.randomUUID();
    const [own, next] = [wallets[index % 3], wallets[(index + 1) % 3]];
    const [path, body] = (
      [
        ["/v1/authorizations", { cardId: cards[index % 3]?.id, amount: 10 }],
        ["/v1/transfers", { fromWalletId: own?.id, toWalletId: next?.id, amount: 5 }],
        [`/v1/wallets/${own?.id}/deposits`, { amount: 2 }],
      ] as const
    )[Math.floor(index / 6) % 3] ?? ["", {}];
    return (to: Client) => to.post<Identified>(path, body, key);
  });
  const acknowledged = new Map<number, string>();
  const unheard: number[] = [];
  const byDoomed = () => [...acknowledged.keys()].filter((index) => index % 2 === 0).length;
  let killed: Promise<unknown> | undefined;
  const killing = Promise.withResolvers<void>();
  const sent = commands.map(async (send, index) => {
    await new Promise((resolve) => setTimeout(resolve, (index % 60) * 15));
    // However slow the machine: some meet it as it dies.
    if (index >= 120 && index % 2 === 0) await killing.promise;
    const answer = await send(index % 2 === 0 ? doomedApi : api).catch(() => undefined);
    if (answer?.status === 201) acknowledged.set(index, answer.data.id);
    else unheard.push(index);
    if (killed || byDoomed() <= 20) return;
    killed = doomed.kill();
    killing.resolve();
  });
  await Promise.all(sent);
  await killed;
  expect(byDoomed()).toBeGreaterThan(20);
  expect(unheard.length).toBeGreaterThan(0);
  // The other served all that it was asked.
  expect(unheard.filter((index) => index % 2 === 1)).toEqual([]);

  // Asked again at the other, whoever was told something is told the same.
  for (const [index, send] of commands.entries()) {
    const answer = await send(api);
    expect(answer.status).toBe(201);
    expect(answer.data.id).toBe(acknowledged.get(index) ?? answer.data.id);
  }
  for (const { id } of wallets) {
    // 20 payments and 20 deposits; as much came by transfers as went.
    expect(await organization.walletNow(id)).toMatchObject({ available: 9_840, held: 200 });
  }
  expect(await ledgerFaults(survivor, organization.id)).toEqual([]);

  const { summary, findings } = await verified(survivor.database);
  expect(findings).toEqual([]);
  expect(summary.events).toBeGreaterThan(240);
}, 120_000);
