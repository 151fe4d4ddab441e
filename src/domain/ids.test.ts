import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { laneKeyOf, uuidv7, uuidv7WithLane } from "./ids.ts";

const ones = new Uint8Array(10).fill(0xff);
const zeros = new Uint8Array(10);
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
const unixMs = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe("uuidv7", () => {
  it("gives the example of RFC 9562, appendix A.6", () => {
    const bytes = new Uint8Array([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidv7(0x017f22e279b0, bytes)).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  });

  it("sets version and variant whatever the random bytes are", () => {
    expect(uuidv7(0, zeros)).toBe("00000000-0000-7000-8000-000000000000");
    expect(uuidv7(2 ** 48 - 1, ones)).toBe("ffffffff-ffff-7fff-bfff-ffffffffffff");
  });

  it("sorts by time as text", () => {
    fc.assert(
      fc.property(unixMs, unixMs, random, random, (a, b, r, s) => {
        fc.pre(a < b);
        expect(uuidv7(a, r) < uuidv7(b, s)).toBe(true);
      }),
    );
  });

  it("refuses what would be cut off in silence", () => {
    expect(() => uuidv7(-1, zeros)).toThrow(RangeError);
    expect(() => uuidv7(1.5, zeros)).toThrow(RangeError);
    expect(() => uuidv7(2 ** 48, zeros)).toThrow(RangeError);
    expect(() => uuidv7(0, new Uint8Array(9))).toThrow(RangeError);
  });
});

describe("uuidv7WithLane", () => {
  it("carries the lane key where laneKeyOf finds it", () => {
    fc.assert(
      fc.property(unixMs, random, fc.integer({ min: 0, max: 0xffff }), (ms, bytes, key) => {
        const id = uuidv7WithLane(ms, bytes, key);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(laneKeyOf(id)).toBe(key);
        expect(laneKeyOf(id.toUpperCase())).toBe(key);
        expect(id.slice(0, -4)).toBe(uuidv7(ms, bytes).slice(0, -4));
      }),
    );
  });

  it("refuses a key of more than 16 bits", () => {
    expect(() => uuidv7WithLane(0, zeros, 0x10000)).toThrow(RangeError);
    expect(() => uuidv7WithLane(0, zeros, -1)).toThrow(RangeError);
  });
});

describe("laneKeyOf", () => {
  it("refuses what is no id", () => {
    expect(() => laneKeyOf("")).toThrow(TypeError);
    expect(() => laneKeyOf("0x1f")).toThrow(TypeError);
  });
});
