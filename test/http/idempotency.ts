import { describe, expect, test } from "vitest";
import { type Answer, refusalOf, type Server, tally, times } from "../support/api.ts";
import { type Operation, operations } from "../support/contract.ts";
import { dumpOf, rowsOf } from "../support/dump.ts";
import { newOrganization, type Organization, sendSample } from "../support/organization.ts";
import { otherBody, type Sample } from "../support/sample.ts";

/** A dry run has no effect, and a batch's items have keys of their own: see batches.ts. */
const posts = operations.filter(
  ({ method, path }) => method === "POST" && !/\/(dry-run|batch)$/.test(path),
);

/** Shown once: `null` when the creation is replayed. */
const shownOnce = ["apiKey", "key"];

const withoutSecrets = ({ data }: Answer) =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !shownOnce.includes(name)));

/** Another request for the same resource: an action has no body to differ in. */
const otherRequest = (sample: Sample): Sample => {
  const body = otherBody(sample);
  if (body) return { ...sample, body };
  const { path, id } = sample.operation;
  const parent = path.slice(0, path.lastIndexOf("/"));
  const sibling = posts.find(
    (other) => other.id !== id && !other.body && other.path.startsWith(`${parent}/`),
  );
  if (!sibling) throw new Error(`no other request than ${id} is known`);
  return { ...sample, operation: sibling };
};

/** How many rows appear; an organization's own are found by its unique name. */
const rowsAfter = async (server: Server, organization: Organization, sample: Sample) =>
  sample.operation.access === "admin"
    ? (await rowsOf(server, "select from directory.organizations where name = $1", nameOf(sample)))
        .length
    : (await dumpOf(server, organization.id)).length;

const nameOf = ({ body }: Sample): string => String(body?.["name"]);

/** What one request alone adds. */
const effectOf = async (server: Server, operation: Operation): Promise<number> => {
  const organization = await newOrganization(server);
  const sample = await organization.sample(operation);
  const before = await rowsAfter(server, organization, sample);
  const answer = await sendSample(server, organization, sample, { key: crypto.randomUUID() });
  expect(answer.status, answer.text).toBe(operation.successStatus);
  return (await rowsAfter(server, organization, sample)) - before;
};

/** For every POST: a key has one effect, however often and from however many at once it comes. */
export const idempotencySuite = (server: Server, { copies = 50 } = {}): void => {
  describe("an idempotency key", () => {
    test.each(posts)(`has one effect when $id comes ${copies} times at once`, async (operation) => {
      const alone = await effectOf(server, operation);
      const organization = await newOrganization(server);
      const sample = await organization.sample(operation);
      const before = await rowsAfter(server, organization, sample);
      const key = crypto.randomUUID();
      const send = () => sendSample(server, organization, sample, { key });

      const answers = await Promise.all(times(copies, send));

      expect(tally(answers.map(({ status }) => status))).toEqual({
        [operation.successStatus]: copies,
      });
      expect(answers.filter(({ replayed }) => replayed)).toHaveLength(copies - 1);
      const [first = {}] = answers.map(withoutSecrets);
      for (const answer of answers) expect(withoutSecrets(answer)).toEqual(first);
      expect(await rowsAfter(server, organization, sample)).toBe(before + alone);

      const later = await send();
      expect([later.status, later.replayed]).toEqual([operation.successStatus, true]);
      expect(withoutSecrets(later)).toEqual(first);
      for (const name of shownOnce) expect(later.data[name] ?? null).toBe(null);

      const other = await sendSample(server, organization, otherRequest(sample), { key });
      expect(refusalOf(other)).toMatchObject({ status: 422, code: "idempotency_key_reused" });
      expect(await rowsAfter(server, organization, sample)).toBe(before + alone);
      expect(other.text).not.toContain(key);
    });

    test("of a refused request is free for the next one", async () => {
      const organization = await newOrganization(server);
      const { id } = await organization.wallet(100);
      const key = crypto.randomUUID();
      const withdraw = (amount: number) =>
        organization.api.post(`/v1/wallets/${id}/withdrawals`, { amount }, key);
      expect(refusalOf(await withdraw(101)).code).toBe("insufficient_funds");
      expect((await withdraw(100)).status).toBe(201);
      expect((await withdraw(100)).replayed).toBe(true);
    });

    test("of a declined payment replays the decline, whatever has changed since", async () => {
      const organization = await newOrganization(server);
      const wallet = await organization.wallet();
      const card = await organization.card(wallet.id);
      const key = crypto.randomUUID();
      const pay = () =>
        organization.api.post("/v1/authorizations", { cardId: card.id, amount: 100 }, key);
      const declined = await pay();
      expect([declined.status, declined.data["approved"]]).toEqual([201, false]);
      await organization.api.post(`/v1/wallets/${wallet.id}/deposits`, { amount: 1_000 });
      const again = await pay();
      expect([again.status, again.replayed, again.data]).toEqual([201, true, declined.data]);
      expect(await organization.walletNow(wallet.id)).toMatchObject({ available: 1_000, held: 0 });
    });

    test("of one wallet is another one's, too", async () => {
      const organization = await newOrganization(server);
      const key = crypto.randomUUID();
      const wallets = await Promise.all(times(5, () => organization.wallet()));
      const answers = await Promise.all(
        wallets.map(({ id }) =>
          organization.api.post(`/v1/wallets/${id}/deposits`, { amount: 7 }, key),
        ),
      );
      expect(answers.map(({ status, replayed }) => [status, replayed])).toEqual(
        wallets.map(() => [201, false]),
      );
    });

    test("is one organization's own", async () => {
      const key = crypto.randomUUID();
      const email = "same@harbour.example";
      for (const organization of [await newOrganization(server), await newOrganization(server)]) {
        const made = await organization.api.post("/v1/users", { email }, key);
        expect([made.status, made.replayed]).toEqual([201, false]);
      }
    });
  });
};
