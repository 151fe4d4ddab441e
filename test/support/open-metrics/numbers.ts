import { broken, type Place, type Rule } from "./rules.ts";

const real = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const infinite = /^([+-]?)inf(?:inity)?$/i;
const notANumber = /^nan$/i;

/** ABNF `number`. */
export const readNumber = (text: string, place: Place): number => {
  if (notANumber.test(text)) return Number.NaN;
  const [matched, sign] = infinite.exec(text) ?? [];
  if (matched) return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return readReal(text, place, "number");
};

/** ABNF `timestamp`: a `realnumber`. */
export const readTimestamp = (text: string, place: Place): number =>
  readReal(text, place, "timestamp");

const readReal = (text: string, place: Place, rule: Rule): number => {
  if (!real.test(text)) throw broken(place, rule);
  const value = Number(text);
  if (!Number.isFinite(value)) throw broken(place, "number-range");
  return value;
};

/** "Canonical Numbers": as Go writes a float64 with %g, and always recognizable as a float. */
export const readCanonical = (text: string, place: Place): number => {
  const value = readNumber(text, place);
  if (Number.isNaN(value) || canonical(value) !== text) throw broken(place, "canonical");
  return value;
};

const canonical = (value: number): string => {
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0.0";
  const [digits = "", power = ""] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) {
    const fixed = String(value);
    return fixed.includes(".") ? fixed : `${fixed}.0`;
  }
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
};
