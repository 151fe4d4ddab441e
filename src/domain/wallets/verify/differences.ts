export interface Difference {
  /** Where, from the value that was compared: `.postings[0].amount`; empty if all of it. */
  readonly path: string;
  readonly problem: string;
}

/** Where two values of JSON differ. The order of an object's members does not matter. */
export const differences = (expected: unknown, found: unknown, path = ""): Difference[] => {
  if (Object.is(expected, found)) return [];
  if (Array.isArray(expected) && Array.isArray(found)) {
    const length = Math.max(expected.length, found.length);
    return Array.from({ length }, (_, index) =>
      differences(expected[index], found[index], `${path}[${index}]`),
    ).flat();
  }
  if (isObject(expected) && isObject(found)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
    return [...names].flatMap((name) =>
      differences(expected[name], found[name], `${path}.${name}`),
    );
  }
  return [{ path, problem: `is ${shown(found)}, should be ${shown(expected)}` }];
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => {
  const text = value === undefined ? "absent" : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
};
