import { describe, expect, test } from "vitest";
import {
  actor,
  cardId,
  caused,
  notThere,
  portsWith,
  told,
  walletId,
} from "../../../../test/support/recording-lane.ts";
import { ok, refuse } from "../../result.ts";
import { revealCard } from "./change-card.ts";
import { createCard } from "./create-card.ts";

describe("a number that Purser draws", () => {
  const taken = refuse("card_number_taken", "It is taken.");

  test("is drawn anew where it is taken, five times at most", async () => {
    const unlucky = portsWith(taken);
    expect(told(await createCard(unlucky.ports)(actor, { walletId }))).toEqual([
      "card_number_taken",
    ]);
    expect(unlucky.jobs).toHaveLength(5);
    let tries = 0;
    const lucky = portsWith(() => (++tries < 3 ? taken : caused("card.created", { card: "card" })));
    expect(await createCard(lucky.ports)(actor, { walletId })).toEqual(ok("card"));
    expect(lucky.jobs).toHaveLength(3);
  });

  test("is not drawn anew where something else is in the way", async () => {
    const { ports, jobs } = portsWith(refuse("wallet_frozen", "It is frozen."));
    expect(told(await createCard(ports)(actor, { walletId }))).toEqual(["wallet_frozen"]);
    expect(jobs).toHaveLength(1);
  });

  test("is the only one that is: one that is brought along is refused", async () => {
    const { ports, jobs } = portsWith(taken);
    const result = await createCard(ports)(actor, { walletId, number: "4242424242424242" });
    expect(told(result)).toEqual(["card_number_taken"]);
    expect(jobs).toHaveLength(1);
  });
});

test("only an issued card's CVV is known, and of a card that is gone nothing", async () => {
  const { ports } = portsWith(notThere);
  const card = { expMonth: 1, expYear: 2030, issued: true };
  const reveal = (found: object | null) =>
    revealCard({ vault: ports.vault, reads: { revealCard: async () => found } as never });
  const number = "4000000000000002";
  expect(await reveal(card)(actor, cardId)).toEqual(ok({ number, cvv: "123" }));
  expect(await reveal({ ...card, issued: false })(actor, cardId)).toEqual(ok({ number }));
  expect(told(await reveal(null)(actor, cardId))).toEqual(["not_found"]);
});
