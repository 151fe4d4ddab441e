import { describe, expect, test } from "vitest";
import { refusalOf, type Server, tally, times } from "../support/api.ts";
import { ledgerFaults } from "../support/ledger.ts";
import { newPayer } from "../support/payer.ts";

/** What must hold however many want the same hold at once. */
export const paymentRaceSuite = (server: Server): void => {
  describe("many at one hold", () => {
    test.each([
      { amount: 100, taken: 10, captured: 1_000 },
      // Three are covered; the fourth ends it, 200 over, which is the tolerance of a fifth.
      { amount: 300, taken: 4, captured: 1_200 },
      { amount: 700, taken: 1, captured: 700 },
    ])(
      "100 captures of $amount at once take $captured of 1,000, the tolerance included",
      async ({ amount, taken, captured }) => {
        const payer = await newPayer(server, 5_000);
        const paid = await payer.pay(1_000, { merchant: { category: "5812" } });
        const answers = await Promise.all(
          times(100, () => payer.capture(paid, { amount, final: false })),
        );
        const outcomes = tally(
          answers.map(({ status, problem }) => `${status} ${problem.code}`.trim()),
        );
        const refused = taken === 1 ? "capture_exceeds_authorization" : "authorization_not_open";
        expect(outcomes).toEqual({ 201: taken, [`409 ${refused}`]: 100 - taken });
        const after = await payer.payment(paid);
        expect(after.captured).toBe(captured);
        const [available, held, owed] = await payer.balances();
        expect([available + held, owed]).toEqual([5_000 - captured, 0]);
        expect(await ledgerFaults(server, payer.organization.id)).toEqual([]);
      },
    );

    test("a capture and a reversal: one wins, and the other is told which", async () => {
      const payer = await newPayer(server, 100_000);
      const winners: string[] = [];
      for (const round of times(20, (index) => index)) {
        const paid = await payer.pay(100);
        const acts = [payer.capture, payer.reverse];
        if (round % 2 === 1) acts.reverse();
        const answers = await Promise.all(acts.map((act) => act(paid)));
        const won = answers.filter(({ status }) => status === 201);
        const lost = answers.find(({ status }) => status !== 201);
        expect([won.length, lost && refusalOf(lost)]).toMatchObject([
          1,
          { status: 409, code: "authorization_not_open" },
        ]);
        const { status, held, captured, reversed } = await payer.payment(paid);
        expect([held, captured + reversed]).toEqual([0, 100]);
        expect(lost?.problem.detail).toContain(
          status === "closed" ? "It was captured." : "It was reversed.",
        );
        expect(lost?.problem.errors[0]?.detail).toContain(`is ${status}`);
        winners.push(status);
      }
      expect(new Set(winners)).toEqual(new Set(["closed", "reversed"]));
      expect(await ledgerFaults(server, payer.organization.id)).toEqual([]);
    });
  });
};
