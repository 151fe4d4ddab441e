const maxDepth = 32;

/**
 * What is wrong with a JSON text, as the end of a sentence, or `null`. Stricter than
 * `JSON.parse`: doubled names are refused, since which of two amounts counts must
 * not depend on who reads it (RFC 8259 §4), and so is deep nesting.
 */
export const jsonFault = (text: string): string | null => {
  try {
    JSON.parse(text);
  } catch {
    return "is not valid JSON";
  }
  return structuralFault(text);
};

/** One pass over a text known to be JSON: names per open object, and the depth. */
const structuralFault = (text: string): string | null => {
  const open: (Set<string> | null)[] = [];
  let expectName = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case "{":
      case "[":
        open.push(text[at] === "{" ? new Set() : null);
        expectName = text[at] === "{";
        if (open.length > maxDepth) return `is nested deeper than ${maxDepth} levels`;
        break;
      case "}":
      case "]":
        open.pop();
        expectName = false;
        break;
      case ",":
        expectName = open.at(-1) !== null;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (expectName) {
          const names = open.at(-1);
          const name: string = JSON.parse(text.slice(at, end + 1));
          if (names?.has(name)) return "has an object that names a member twice";
          names?.add(name);
          expectName = false;
        }
        at = end;
        break;
      }
    }
  }
  return null;
};

const endOfString = (text: string, start: number): number => {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
};
