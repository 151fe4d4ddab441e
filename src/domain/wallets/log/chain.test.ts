import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aWallet, depositing, newId, noon } from "../../../../test/support/wallet-states.ts";
import { sha256Hex } from "../../../runtime/sha256.ts";
import type { WalletEvent } from "../model/event.ts";
import { deposit } from "../rules/movements.ts";
import { type Cause, chained, genesisHash, seal } from "./chain.ts";

const wallet = aWallet();
const command = { ...depositing(wallet, 100), reference: "line\nbreak", metadata: { a: "b" } };
const decision = deposit(wallet, command, noon);
const draft = decision.ok ? decision.events[0] : undefined;
const event = { ...draft, sequence: 2, at: noon, rulesVersion: 1, command } as WalletEvent;
const cause: Cause = {
  organizationId: wallet.organizationId,
  requestId: "request-1",
  commandKey: "client:key",
  fingerprint: "f".repeat(64),
};
const sealed = seal(event, cause, genesisHash, sha256Hex);

describe("an event's hash", () => {
  test("is the SHA-256 of its fields, one a line, and repeats", () => {
    expect(sealed.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(seal(event, cause, genesisHash, sha256Hex).hash).toBe(sealed.hash);
    const lines = chained(genesisHash, event, cause, sealed.commandText, sealed.dataText).split(
      "\n",
    );
    expect(lines).toEqual([
      genesisHash,
      cause.organizationId,
      wallet.id,
      "2",
      "deposit.booked",
      "2026-11-10T12:00:00.000Z",
      "1",
      "request-1",
      "client:key",
      "f".repeat(64),
      JSON.stringify(event.command),
      JSON.stringify(event.data),
    ]);
  });

  // What is stored of an event, and how each could be tampered with.
  test.each<[string, () => { hash: string }]>([
    ["the event before it", () => seal(event, cause, "1".repeat(64), sha256Hex)],
    ["the organization", () => sealWith({ organizationId: newId() })],
    ["the wallet", () => sealWith({}, { walletId: newId() })],
    ["the sequence", () => sealWith({}, { sequence: 3 })],
    ["the type", () => sealWith({}, { type: "withdrawal.booked" })],
    ["the time, by a millisecond", () => sealWith({}, { at: noon + 1 })],
    ["the rules version", () => sealWith({}, { rulesVersion: 2 })],
    ["the request", () => sealWith({ requestId: "request-2" })],
    ["the key", () => sealWith({ commandKey: "client:other" })],
    ["the key's absence", () => sealWith({ commandKey: null })],
    ["the fingerprint", () => sealWith({ fingerprint: "e".repeat(64) })],
    ["the fingerprint's absence", () => sealWith({ fingerprint: null })],
    ["the command", () => sealWith({}, { command: { ...command, amount: 101 } })],
    ["the data", () => sealWith({}, { data: { ...event.data, postings: [] } })],
  ])("changes with %s", (_, tampered) => {
    expect(tampered().hash).not.toBe(sealed.hash);
  });

  test("changes with every single field anywhere in command and data", () => {
    let changed = 0;
    for (const part of ["command", "data"] as const) {
      for (const other of variants(event[part])) {
        changed += 1;
        expect(sealWith({}, { [part]: other }).hash).not.toBe(sealed.hash);
      }
    }
    expect(changed).toBeGreaterThan(20);
  });

  test("cannot be had by moving text from one field to the next", () => {
    const text = fc.string({ unit: fc.constantFrom("a", ":", ",", " ", '"', "{"), maxLength: 6 });
    const fields = fc.record({ requestId: text, commandKey: text, fingerprint: text, note: text });
    const of = ({ note, ...other }: { note: string } & Omit<Cause, "organizationId">) =>
      chained(
        genesisHash,
        event,
        { ...cause, ...other },
        // A line break inside JSON text is written as two characters.
        JSON.stringify({ note: `${note}\n` }),
        sealed.dataText,
      );
    fc.assert(
      fc.property(fields, fields, (one, two) => {
        expect(of(one) === of(two)).toBe(JSON.stringify(one) === JSON.stringify(two));
      }),
      { numRuns: 2_000 },
    );
    const shifted = { requestId: "a", commandKey: "b", fingerprint: "", note: "" };
    expect(of(shifted)).not.toBe(of({ ...shifted, commandKey: "", fingerprint: "b" }));
    expect(of(shifted)).not.toBe(of({ ...shifted, requestId: "ab", commandKey: "" }));
  });

  test("covers text as it is stored: no line break gets into a field from JSON", () => {
    expect(sealed.commandText).not.toContain("\n");
    expect(JSON.parse(sealed.commandText)).toEqual(event.command);
    expect(JSON.parse(sealed.dataText)).toEqual(event.data);
  });
});

const sealWith = (causes: Partial<Cause>, events: object = {}) =>
  seal({ ...event, ...events } as WalletEvent, { ...cause, ...causes }, genesisHash, sha256Hex);

/** The value with one of its leaves changed, for each leaf. */
const variants = (value: unknown): unknown[] => {
  if (typeof value === "string") return [`${value}x`];
  if (typeof value === "number") return [value + 1];
  if (typeof value === "boolean") return [!value];
  if (value === null) return [0];
  if (Array.isArray(value)) {
    return value.flatMap((one, i) => variants(one).map((other) => value.with(i, other)));
  }
  return Object.entries(value as object).flatMap(([key, one]) =>
    variants(one).map((other) => ({ ...(value as object), [key]: other })),
  );
};
