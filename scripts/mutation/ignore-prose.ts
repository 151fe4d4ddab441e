/** As far as Stryker's syntax tree (Babel's) matters here. */
interface Path {
  readonly node: {
    readonly type: string;
    readonly value?: unknown;
    readonly quasis?: readonly { readonly value: { readonly raw: string } }[];
  };
  readonly parent?: {
    readonly type: string;
    readonly key?: { readonly type: string; readonly name?: string };
  } | null;
}

/** One word behind another: a name, a code or a key has no spaces, a separator no words. */
const isSentence = (text: string): boolean =>
  /\p{L}[,;:.]? \p{L}|\p{L}[,;:] $|^[,;:] \p{L}/u.test(text);

/**
 * Tells Stryker to leave sentences for people alone: nothing promises their words, and a test
 * that repeats them would prove nothing. Codes, pointers, names and keys are mutated.
 */
export const shouldIgnore = ({ node, parent }: Path): string | undefined => {
  const texts =
    node.type === "StringLiteral"
      ? [String(node.value)]
      : node.type === "TemplateLiteral"
        ? (node.quasis ?? []).map(({ value }) => value.raw)
        : [];
  if (texts.length === 0) return undefined;
  const detail = parent?.type === "ObjectProperty" && parent.key?.name === "detail";
  return detail || texts.some(isSentence) ? "a sentence for people" : undefined;
};

/** What Stryker looks for in a plugin: `declareValuePlugin` of its API makes the same. */
export const strykerPlugins = [{ kind: "Ignore", name: "prose", value: { shouldIgnore } }];
