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

const codeOf = (character: string): number => character.charCodeAt(0);

const [openBrace, closeBrace] = [codeOf("{"), codeOf("}")];
const [openBracket, closeBracket] = [codeOf("["), codeOf("]")];
const [comma, quote] = [codeOf(","), codeOf('"')];

/** One pass over a text known to be JSON: names per open object, and the depth. */
const structuralFault = (text: string): string | null => {
  const open: (Set<string> | null)[] = [];
  let expectName = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    switch (code) {
      case openBrace:
      case openBracket:
        expectName = code === openBrace;
        open.push(expectName ? new Set() : null);
        if (open.length > maxDepth) return `is nested deeper than ${maxDepth} levels`;
        break;
      case closeBrace:
      case closeBracket:
        open.pop();
        expectName = false;
        break;
      case comma:
        expectName = open.at(-1) !== null;
        break;
      case quote: {
        const end = endOfString(text, at);
        if (expectName) {
          const names = open.at(-1);
          const name = nameIn(text, at, end);
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

/** Where the string that starts here ends: at a quote with an even number of backslashes before it. */
const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
};

const isEscaped = (text: string, at: number): boolean => {
  let before = at;
  while (text[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
};

/** Most names are written as they are; one that is not may be another one in disguise. */
const nameIn = (text: string, start: number, end: number): string => {
  const written = text.slice(start + 1, end);
  return written.includes("\\") ? JSON.parse(`"${written}"`) : written;
};
