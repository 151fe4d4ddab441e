import { describe, expect, test } from "vitest";
import {
  authorizing,
  closing,
  depositing,
  item,
  newId,
  noon,
  transferring,
} from "../../../../test/support/wallet-states.ts";
import type { CommittedEvent, Ref } from "../store.ts";
import { notFound, numberTaken, storedOutcome, usedKey } from "./answers.ts";
import type { Job, JobItem } from "./job.ts";
import type { Ticket } from "./ticket.ts";

const wallet = { id: newId() };
const other = { id: newId() };
const card = { id: newId() };

const jobOf = (...items: readonly JobItem[]): Job => ({
  organizationId: "organization",
  requestId: "request",
  deadline: noon,
  items,
});

describe("what is not there is pointed at", () => {
  const told = (job: Job, ...absent: readonly string[]) => {
    const { refusal } = notFound(job, ({ id }: Ref) => absent.includes(id));
    return [refusal.code, refusal.detail, ...(refusal.errors ?? []).map(({ pointer }) => pointer)];
  };

  test("where the body names it: a receiver always, a subject only as one of several", () => {
    const sent = item(transferring(wallet, other, 1));
    const swept = item(closing(wallet, other));
    const detail = "There is no such wallet.";
    expect(told(jobOf(sent), other.id)).toEqual(["not_found", detail, "/toWalletId"]);
    expect(told(jobOf(swept), other.id)).toEqual(["not_found", detail, "/sweepTo"]);
    expect(told(jobOf(sent), wallet.id)).toEqual(["not_found", detail]);
    expect(told(jobOf(item(depositing(wallet, 1))), wallet.id)).toEqual(["not_found", detail]);
  });

  test("by the place of its item in a batch", () => {
    const sent = [transferring(wallet, other, 1), transferring(other, wallet, 1)].map(
      (command, index) => item(command, { at: `/items/${index}` }),
    );
    const gone = newId();
    const third = item(transferring(wallet, { id: gone }, 1), { at: "/items/2" });
    expect(told(jobOf(...sent, third), gone).at(-1)).toBe("/items/2/toWalletId");
    expect(told(jobOf(...sent), wallet.id).at(-1)).toBe("/items/0/fromWalletId");
    const paid = item(authorizing(card, 1), { at: "/items/0" });
    expect(told(jobOf(paid), card.id)).toEqual([
      "not_found",
      "There is no such card.",
      "/items/0/cardId",
    ]);
  });

  test("and is a card's number where that is taken", () => {
    expect(numberTaken().refusal).toMatchObject({
      code: "card_number_taken",
      errors: [{ pointer: "/number" }],
    });
  });
});

describe("a key that was used", () => {
  const events = (
    ...keys: readonly (readonly [key: string, print: string | null, by?: string])[]
  ) =>
    keys.map(
      ([commandKey, fingerprint, requestId = "earlier"]): CommittedEvent => ({
        walletId: wallet.id,
        sequence: 2,
        type: "deposit.booked",
        at: noon,
        data: {},
        commandKey,
        fingerprint,
        requestId,
      }),
    );
  const outcome = (
    keys: readonly (readonly [key: string, print: string | null])[],
    used: readonly CommittedEvent[],
    unknown = false,
  ) => {
    const items = keys.map(([key, fingerprint]) =>
      item(depositing(wallet, 1), { key, fingerprint }),
    );
    const byKey = new Map(used.map((event) => [usedKey(event), event]));
    const ids = items.map(() => wallet.id);
    return storedOutcome({ job: jobOf(...items), unknown } as unknown as Ticket, byKey, ids);
  };

  test("by the same request as before is answered as it was, as a repetition", () => {
    const used = events(["client:a", "print"]);
    expect(outcome([["client:a", "print"]], used)).toEqual({
      ok: true,
      value: used,
      replayed: true,
    });
    expect(outcome([["client:b", "print"]], used)).toBeUndefined();
  });

  test("by another request is refused, also where only one of several keys was used", () => {
    const reused = { refusal: { code: "idempotency_key_reused" } };
    const used = events(["client:a", "print"]);
    expect(outcome([["client:a", "other"]], used)).toMatchObject(reused);
    const two = [
      ["client:a", "print"],
      ["client:b", "print"],
    ] as const;
    expect(outcome(two, used)).toMatchObject(reused);
    const both = events(["client:a", "print"], ["client:b", "print"]);
    expect(outcome(two, both)).toEqual({ ok: true, value: both, replayed: true });
  });

  test("by this very request, whose answer was lost, is no repetition", () => {
    const own = events(["client:a", "print", "request"]);
    expect(outcome([["client:a", "print"]], own, true)).toEqual({ ok: true, value: own });
    expect(outcome([["client:a", "print"]], own)).toMatchObject({ replayed: true });
    const theirs = events(["client:a", "print"]);
    expect(outcome([["client:a", "print"]], theirs, true)).toMatchObject({ replayed: true });
    // Nobody else has a key that was minted for it.
    const minted = events(["minted:a", null]);
    expect(outcome([["minted:a", null]], minted)).toEqual({ ok: true, value: minted });
  });
});
