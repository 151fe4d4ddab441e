import { uuidv7, uuidv7WithLane } from "../domain/ids.ts";
import type { LaneIds } from "../domain/wallets/ports.ts";

/** Draws ids from the platform's clock and randomness, which it asks for in blocks. */
export const createIds = (now: () => number = Date.now): LaneIds => {
  const random = randomBlocks(10);
  return {
    next: () => uuidv7(now(), random()),
    withLane: (laneKey) => uuidv7WithLane(now(), random(), laneKey),
  };
};

/** Asking for randomness costs more than the bytes do. */
const randomBlocks = (size: number): (() => Uint8Array) => {
  const block = new Uint8Array(size * 256);
  let used = block.length;
  return () => {
    if (used === block.length) {
      crypto.getRandomValues(block);
      used = 0;
    }
    used += size;
    return block.subarray(used - size, used);
  };
};
