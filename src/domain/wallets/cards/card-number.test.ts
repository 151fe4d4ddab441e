import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cardNumberValid, checkDigit, luhnValid, numberInRange } from "./card-number.ts";

const digits = (min: number, max = min) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max });

describe("a card number", () => {
  // Published test numbers of the networks, and the example of ISO/IEC 7812-1, annex B.
  test.each([
    ["Visa", "4111111111111111"],
    ["Visa, 13 digits", "4222222222222"],
    ["Mastercard", "5555555555554444"],
    ["Mastercard, 2 series", "2223003122003222"],
    ["American Express, 15 digits", "378282246310005"],
    ["Discover", "6011111111111117"],
    ["Diners Club, 14 digits", "30569309025904"],
    ["JCB", "3530111333300000"],
    ["UnionPay, 19 digits", "6205500000000000004"],
  ])("of %s is valid", (_, number) => {
    expect(cardNumberValid(number)).toBe(true);
  });

  test.each([
    ["with a wrong check digit", "4111111111111112"],
    ["with two digits swapped", "5555555555545444"],
    ["of 12 digits", "411111111116"],
    ["of 20 digits", "41111111111111111111"],
    ["of nothing", ""],
    ["with spaces", "4111 1111 1111 1111"],
    ["with hyphens", "4111-1111-1111-1111"],
    ["with a line break", "4111111111111111\n"],
    ["of other scripts' digits", "４１１１１１１１１１１１１１１１"],
    ["with a letter", "411111111111111a"],
    ["with a sign", "-4111111111111111"],
  ])("%s is not", (_, number) => {
    expect(cardNumberValid(number)).toBe(false);
  });

  test("is recognised with every single digit changed as another", () => {
    fc.assert(
      fc.property(digits(12, 18), fc.nat(17), fc.integer({ min: 1, max: 9 }), (body, at, by) => {
        const number = body + checkDigit(body);
        expect(luhnValid(number)).toBe(true);
        expect(cardNumberValid(number)).toBe(true);
        const place = at % number.length;
        const other = (Number(number[place]) + by) % 10;
        expect(luhnValid(number.slice(0, place) + other + number.slice(place + 1))).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test("has one check digit of the ten", () => {
    fc.assert(
      fc.property(digits(15), (body) => {
        const valid = Array.from({ length: 10 }, (_, d) => `${body}${d}`).filter(luhnValid);
        expect(valid).toEqual([body + checkDigit(body)]);
      }),
    );
  });
});

describe("a number in a range", () => {
  test("begins with the range, has 16 digits and is valid", () => {
    fc.assert(
      fc.property(digits(4, 11), digits(15), (range, random) => {
        const number = numberInRange(range, random);
        expect(number.startsWith(range)).toBe(true);
        expect(number).toHaveLength(16);
        expect(cardNumberValid(number)).toBe(true);
      }),
    );
  });

  test("is not made of too few random digits, or of what are none", () => {
    expect(() => numberInRange("400000", "12345678")).toThrow(RangeError);
    expect(() => numberInRange("400000", "12345678x")).toThrow(RangeError);
  });
});
