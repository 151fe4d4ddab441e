import { expect, test } from "vitest";
import { createCircuit } from "./circuit.ts";

const circuitAt = () => {
  const clock = { now: 1_000 };
  const changes: string[] = [];
  const circuit = createCircuit({
    now: () => clock.now,
    random: () => 1,
    onChange: (state) => changes.push(state),
  });
  /** How long it keeps everybody away from now on, and that it then lets one try. */
  const pause = (): number => {
    const from = clock.now;
    while (!circuit.admits()) clock.now += 100;
    expect(circuit.admits()).toBe(false);
    return clock.now - from;
  };
  return { circuit, changes, clock, pause };
};

test("lets everybody through while there is an answer, be it the first failure of many", () => {
  const { circuit, changes } = circuitAt();
  expect([circuit.admits(), circuit.admits()]).toEqual([true, true]);
  circuit.answered();
  expect([circuit.admits(), changes]).toEqual([true, []]);
});

test("keeps everybody away after a failure but one a pause, and pauses longer and longer", () => {
  const { circuit, changes, pause } = circuitAt();
  const pauses = Array.from({ length: 8 }, () => {
    circuit.failed();
    return pause();
  });
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  expect(changes).toEqual(["open"]);
});

test("lets another one try if nothing is heard of the one that did", () => {
  const { circuit, pause } = circuitAt();
  circuit.failed();
  expect(pause()).toBe(500);
  expect(pause()).toBe(500);
});

test("is closed by one answer, and begins with a short pause the next time", () => {
  const { circuit, changes, pause } = circuitAt();
  circuit.failed();
  pause();
  circuit.failed();
  pause();
  circuit.answered();
  expect([circuit.admits(), circuit.admits()]).toEqual([true, true]);
  circuit.failed();
  expect(pause()).toBe(500);
  expect(changes).toEqual(["open", "closed", "open"]);
});

test("failures of those that were let through together count once", () => {
  const { circuit, pause } = circuitAt();
  for (let at = 0; at < 10; at++) circuit.failed();
  expect(pause()).toBe(500);
});
