/**
 * UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits, so that ids made
 * one after another lie next to each other in an index. Pure: the runtime brings time and
 * randomness.
 */
export interface Ids {
  /** A fresh UUIDv7, unique without coordination; ids of the same millisecond have no order. */
  next(): string;
}

const randomBytes = 10;
const maxUnixMs = 2 ** 48 - 1;
const maxLaneKey = 0xffff;

/** `random` is 10 bytes; the version and variant bits overwrite 6 bits of them. */
export const uuidv7 = (unixMs: number, random: Uint8Array): string =>
  write(unixMs, random, hex(at(random, 8)) + hex(at(random, 9)));

/**
 * A UUIDv7 whose last two bytes are the lane key, so that whoever holds the id can route
 * to the lane without a look-up. 58 random bits remain beside the millisecond.
 */
export const uuidv7WithLane = (unixMs: number, random: Uint8Array, laneKey: number): string => {
  if (!Number.isInteger(laneKey) || laneKey < 0 || laneKey > maxLaneKey) {
    throw new RangeError("A lane key has 16 bits");
  }
  return write(unixMs, random, hex(laneKey >> 8) + hex(laneKey));
};

/** The lane key in an id: its last two bytes, 0 to 65535. Every UUID has one. */
export const laneKeyOf = (id: string): number => {
  const digits = id.slice(-4);
  if (!/^[0-9a-f]{4}$/i.test(digits)) throw new TypeError("Not a UUID");
  return Number.parseInt(digits, 16);
};

/** Byte by byte as text: each payment has two of them, and an array in between costs more than they do. */
const write = (unixMs: number, random: Uint8Array, lastTwoBytes: string): string => {
  if (!Number.isInteger(unixMs) || unixMs < 0 || unixMs > maxUnixMs) {
    throw new RangeError("A UUIDv7's time has 48 bits of milliseconds");
  }
  if (random.length !== randomBytes) throw new RangeError("A UUIDv7 takes 10 random bytes");
  // Bit operators work on 32 bits, so the time is written in two parts.
  const high = Math.floor(unixMs / 2 ** 32);
  const low = unixMs % 2 ** 32;
  const time = hex(high >> 8) + hex(high) + hex(low >>> 24) + hex(low >>> 16);
  const version = hex((at(random, 0) & 0x0f) | 0x70) + hex(at(random, 1));
  const variant = hex((at(random, 2) & 0x3f) | 0x80) + hex(at(random, 3));
  const rest = hex(at(random, 4)) + hex(at(random, 5)) + hex(at(random, 6)) + hex(at(random, 7));
  return `${time}-${hex(low >>> 8)}${hex(low)}-${version}-${variant}-${rest}${lastTwoBytes}`;
};

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The lowest eight bits. */
const hex = (bits: number): string => hexOf[bits & 0xff] as string;

const at = (bytes: Uint8Array, index: number): number => bytes[index] as number;
