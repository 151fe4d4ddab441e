import { expect, test } from "vitest";
import { anActor } from "../../../test/support/an-actor.ts";
import { newId, noon } from "../../../test/support/wallet-states.ts";
import { ok, type Result } from "../result.ts";
import type { WalletReads } from "./ports.ts";
import { createWallets, type Wallets, type WalletsPorts } from "./wallets.ts";

const organizationId = newId();
const actor = anActor({ organizationId });
const id = newId();
const at = new Date(noon).toISOString();
const page = <Sort extends string>(sortBy: Sort) =>
  ({ sortBy, sort: "desc", limit: 10, skip: 0 }) as const;

/** Every read, with what it is asked after the organization. */
const reads: readonly (readonly [
  name: keyof WalletReads,
  read: (wallets: Wallets) => Promise<Result<unknown>>,
  asked: readonly unknown[],
  resource: string | undefined,
])[] = [
  ["findWallet", (wallets) => wallets.getWallet(actor, id), [id], "wallet"],
  [
    "listWallets",
    (wallets) => wallets.listWallets(actor, page("name"), { teamId: id }),
    [page("name"), { teamId: id }],
    undefined,
  ],
  [
    "listTransactions",
    (wallets) => wallets.listTransactions(actor, id, page("sequence"), {}),
    [id, page("sequence"), {}],
    "wallet",
  ],
  ["balanceAt", (wallets) => wallets.balanceAt(actor, id, at), [id, at], "wallet"],
  ["findCard", (wallets) => wallets.getCard(actor, id), [id], "card"],
  [
    "listCards",
    (wallets) => wallets.listCards(actor, page("createdAt"), { walletId: id }),
    [page("createdAt"), { walletId: id }],
    undefined,
  ],
  [
    "listOperations",
    (wallets) =>
      wallets.listOperations(actor, page("createdAt"), { kind: "deposit", walletId: id }),
    [page("createdAt"), { kind: "deposit", walletId: id }],
    "wallet",
  ],
  [
    "listOperations",
    (wallets) =>
      wallets.listOperations(actor, page("createdAt"), { kind: "capture", authorizationId: id }),
    [page("createdAt"), { kind: "capture", authorizationId: id }],
    "authorization",
  ],
  ["findAuthorization", (wallets) => wallets.getAuthorization(actor, id), [id], "authorization"],
  [
    "listAuthorizations",
    (wallets) => wallets.listAuthorizations(actor, page("createdAt"), { status: "open" }),
    [page("createdAt"), { status: "open" }],
    undefined,
  ],
];

const walletsWith = (name: keyof WalletReads, answer: unknown) => {
  const asked: unknown[][] = [];
  const read = async (...args: unknown[]) => {
    asked.push(args);
    return answer;
  };
  return { asked, wallets: createWallets({ reads: { [name]: read } } as unknown as WalletsPorts) };
};

test.each(reads)("%s reads the actor's organization alone", async (name, read, rest) => {
  const { wallets, asked } = walletsWith(name, "found");
  expect(await read(wallets)).toEqual(ok("found"));
  expect(asked).toEqual([[organizationId, ...rest]]);
});

test.each(reads.filter(([, , , resource]) => resource !== undefined))(
  "%s says which of the things that it was asked of is not there",
  async (name, read, _, resource) => {
    const result = await read(walletsWith(name, null).wallets);
    expect(result).toMatchObject({ ok: false, refusal: { code: "not_found" } });
    expect(!result.ok && result.refusal.detail).toContain(`such ${resource}.`);
  },
);

test("receipts' keys are the signer's, and there are none without one", async () => {
  const keys = [{ kid: "one" }];
  const signer = { publicKeys: async () => keys };
  const signed = createWallets({ signer } as unknown as WalletsPorts);
  expect(await signed.receiptKeys()).toBe(keys);
  expect(await createWallets({} as WalletsPorts).receiptKeys()).toEqual([]);
});
