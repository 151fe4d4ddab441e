import { describe, expect, test } from "vitest";
import { Turns } from "./turns.ts";

const patience = 10_000;

describe("turns", () => {
  test("come in the order of asking, one at a time", async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const work = async (who: string): Promise<void> => {
      await turns.take("wallet", patience);
      seen.push(`${who} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${who} ends`);
      turns.giveBack("wallet");
    };
    await Promise.all(["a", "b", "c"].map(work));
    await work("d");
    expect(seen).toEqual(["a", "b", "c", "d"].flatMap((who) => [`${who} begins`, `${who} ends`]));
  });

  test("of other names are not waited for", async () => {
    const turns = new Turns();
    expect(await turns.take("one", patience)).toBe(true);
    expect(await turns.take("other", patience)).toBe(true);
  });

  test("are not waited for for ever, and who gave up is not called", async () => {
    const turns = new Turns();
    await turns.take("wallet", patience);
    expect(await turns.take("wallet", 5)).toBe(false);
    const later = turns.take("wallet", patience);
    turns.giveBack("wallet");
    expect(await later).toBe(true);
  });
});
