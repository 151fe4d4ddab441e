/** The check digit of every payment card number (ISO/IEC 7812-1, annex B). */
export const luhnValid = (digits: string): boolean => luhnSum(digits) % 10 === 0;

/** 13 to 19 digits with a right check digit. */
export const cardNumberValid = (digits: string): boolean =>
  /^\d{13,19}$/.test(digits) && luhnValid(digits);

/** The digit that makes `digits` followed by it a valid number. */
export const checkDigit = (digits: string): string =>
  String((10 - (luhnSum(`${digits}0`) % 10)) % 10);

/**
 * A sixteen-digit number in an issuer's range (its leading digits). `random` are uniform
 * digits; as many as are missing between the range and the check digit are used.
 */
export const numberInRange = (range: string, random: string): string => {
  const body = (range + random).slice(0, 15);
  if (!/^\d{15}$/.test(body)) throw new RangeError("a range and random digits make 15 digits");
  return body + checkDigit(body);
};

const luhnSum = (digits: string): number => {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    // From the right, every second digit counts double, as the sum of its own digits.
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum;
};
