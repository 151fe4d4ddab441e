/** What a workerd configuration is made of. */
export type CapnpValue =
  | string
  | boolean
  | null
  | Embedded
  | readonly CapnpValue[]
  | { readonly [name: string]: CapnpValue };

/** The contents of a file, by its absolute path. */
export class Embedded {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** A value in Cap'n Proto's text format. */
export const capnpText = (value: CapnpValue): string => {
  // Its strings are C's, which JSON's are too as far as control characters have names.
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null) return "void";
  if (typeof value === "boolean") return String(value);
  if (value instanceof Embedded) return `embed ${JSON.stringify(value.path)}`;
  if (Array.isArray(value)) return `[${value.map(capnpText).join(", ")}]`;
  const fields = Object.entries(value).map(([name, one]) => `${name} = ${capnpText(one)}`);
  return `(${fields.join(", ")})`;
};
