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
  format(layOut(unixMs, random));

/**
 * A UUIDv7 whose last two bytes are the lane key, so that whoever holds the id can route
 * to the lane without a look-up. 58 random bits remain beside the millisecond.
 */
export const uuidv7WithLane = (unixMs: number, random: Uint8Array, laneKey: number): string => {
  if (!Number.isInteger(laneKey) || laneKey < 0 || laneKey > maxLaneKey) {
    throw new RangeError("A lane key has 16 bits");
  }
  const bytes = layOut(unixMs, random);
  bytes[14] = laneKey >> 8;
  bytes[15] = laneKey & 0xff;
  return format(bytes);
};

/** The lane key in an id: its last two bytes, 0 to 65535. Every UUID has one. */
export const laneKeyOf = (id: string): number => {
  const digits = id.slice(-4);
  if (!/^[0-9a-f]{4}$/i.test(digits)) throw new TypeError("Not a UUID");
  return Number.parseInt(digits, 16);
};

const layOut = (unixMs: number, random: Uint8Array): Uint8Array => {
  if (!Number.isInteger(unixMs) || unixMs < 0 || unixMs > maxUnixMs) {
    throw new RangeError("A UUIDv7's time has 48 bits of milliseconds");
  }
  if (random.length !== randomBytes) throw new RangeError("A UUIDv7 takes 10 random bytes");
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  // Bit operators work on 32 bits, so the time is written in two parts.
  view.setUint16(0, Math.floor(unixMs / 2 ** 32));
  view.setUint32(2, unixMs % 2 ** 32);
  bytes.set(random, 6);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  return bytes;
};

const format = (bytes: Uint8Array): string => {
  let text = "";
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
    text += hexOf[bytes[i] as number];
  }
  return text;
};

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
