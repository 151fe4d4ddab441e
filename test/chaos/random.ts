import { createHash } from "node:crypto";

/** Draws that a seed determines. */
export interface Random {
  /** From 0 up to, but not, 1. */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
  /** Draws of its own for whoever has this name, whatever others draw meanwhile. */
  fork(name: string): Random;
}

export const createRandom = (seed: string): Random => {
  let block = Buffer.alloc(0);
  let blocks = 0;
  const next = (): number => {
    if (block.length < 4) {
      blocks += 1;
      block = createHash("sha512").update(`${seed}/${blocks}`).digest();
    }
    const value = block.readUInt32BE(0);
    block = block.subarray(4);
    return value / 2 ** 32;
  };
  const between = (least: number, most: number): number =>
    least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new Error("there is nothing to pick");
      return list[between(0, list.length - 1)] as T;
    },
    shuffled: (list) =>
      list
        .map((item) => ({ item, at: next() }))
        .sort((one, two) => one.at - two.at)
        .map(({ item }) => item),
    fork: (name) => createRandom(`${seed}/${name}`),
  };
};
