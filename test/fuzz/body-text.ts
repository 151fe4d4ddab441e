import { type MemberChange, RawJson, Reference, type Tree, type Twist } from "./attempt.ts";

type Resolve = (reference: Reference) => string;
type Members = Readonly<Record<string, Tree>>;

const isMembers = (tree: Tree | undefined): tree is Members =>
  typeof tree === "object" &&
  tree !== null &&
  !Array.isArray(tree) &&
  !(tree instanceof Reference) &&
  !(tree instanceof RawJson);

/** The paths of all members of a tree, however deep. */
const placesIn = (tree: Tree | undefined, at: readonly string[] = []): (readonly string[])[] => {
  if (Array.isArray(tree)) {
    return tree.flatMap((item: Tree, index) => placesIn(item, [...at, String(index)]));
  }
  if (!isMembers(tree)) return [];
  return Object.entries(tree).flatMap(([name, member]) => [
    [...at, name],
    ...placesIn(member, [...at, name]),
  ]);
};

/** The tree with the object or array at `path` changed by `change`. */
const changedAt = (tree: Tree, path: readonly string[], change: (tree: Tree) => Tree): Tree => {
  const [name, ...rest] = path;
  if (name === undefined) return change(tree);
  if (Array.isArray(tree)) {
    return tree.map((item: Tree, index) =>
      String(index) === name ? changedAt(item, rest, change) : item,
    );
  }
  if (!isMembers(tree)) return tree;
  return withMember(tree, name, changedAt(tree[name] ?? null, rest, change));
};

/** Also of `__proto__`, which assignment would not make a member. */
const withMember = (members: Members, name: string, value: Tree): Members =>
  Object.fromEntries([...Object.entries(members), [name, value]]);

const without = (tree: Tree, name: string): Tree =>
  isMembers(tree)
    ? Object.fromEntries(Object.entries(tree).filter(([other]) => other !== name))
    : tree;

const applied = (tree: Tree, at: number, change: MemberChange): Tree => {
  const places = placesIn(tree);
  const place = places[at % Math.max(1, places.length)] ?? [];
  const [parent, name] = [place.slice(0, -1), place.at(-1)];
  switch (change.kind) {
    case "add":
      return changedAt(tree, parent, (object) =>
        isMembers(object) ? withMember(object, change.name, change.value) : object,
      );
    case "put":
      return name === undefined ? tree : changedAt(tree, place, () => change.value);
    case "wrap":
      return changedAt(tree, place, (member) => [member]);
    case "remove":
      return changedAt(tree, parent, (object) => without(object, name ?? ""));
  }
};

const written = (tree: Tree, resolve: Resolve): string => {
  if (tree instanceof RawJson) return tree.text;
  if (tree instanceof Reference) return JSON.stringify(resolve(tree));
  if (Array.isArray(tree)) return `[${tree.map((item: Tree) => written(item, resolve)).join(",")}]`;
  if (!isMembers(tree)) return JSON.stringify(tree);
  const members = Object.entries(tree).map(
    ([name, member]) => `${JSON.stringify(name)}:${written(member, resolve)}`,
  );
  return `{${members.join(",")}}`;
};

const bodyLimit = 1_048_576;

const encoder = new TextEncoder();

/** The bytes of a changed text; `at` says where. */
const changedText = (text: string, { change, at }: Extract<Twist, { on: "text" }>): Uint8Array => {
  switch (change) {
    case "truncated":
      return encoder.encode(text.slice(0, at % (text.length + 1)));
    case "byte order mark":
      return encoder.encode(`\ufeff${text}`);
    case "doubled member": {
      const [first] = /"(?:[^"\\]|\\.)*":/.exec(text) ?? ['"a":'];
      return encoder.encode(text.replace(/^\{/, () => `{${first}${at},`));
    }
    case "garbage after":
      return encoder.encode(`${text} {}`);
    case "NUL after":
      return encoder.encode(`${text}\u0000`);
    case "UTF-16":
      return new Uint8Array(Buffer.from(text, "utf16le"));
    case "Latin-1":
      return new Uint8Array(Buffer.from(`${text.slice(0, -1)},"name":"\u00e9"}`, "latin1"));
    case "commented":
      return encoder.encode(`${text}// ${at}`);
    case "spaced":
      return encoder.encode(`\r\n\t ${text.replaceAll(",", " ,\n")} \n`);
    case "wrapped":
      return encoder.encode(`[${text}]`);
    case "nested deeply":
      return encoder.encode(`{"a":${"[".repeat(30 + (at % 5))}${"]".repeat(30 + (at % 5))}}`);
    case "one byte too many":
      return encoder.encode(text.padEnd(bodyLimit + 1 - encoder.encode(text).length + text.length));
  }
};

/** What is sent of a body after all that was done to it; `undefined` is no body. */
export const bodyBytes = (
  body: Tree | undefined,
  twists: readonly Twist[],
  resolve: Resolve,
): Uint8Array | undefined => {
  let tree = body;
  for (const twist of twists) {
    if (twist.on === "body") tree = twist.value;
    if (twist.on === "member") tree = applied(tree ?? {}, twist.at, twist.change);
  }
  const last = twists.findLast((twist) => twist.on === "text");
  if (tree === undefined && !last) return undefined;
  const text = written(tree ?? {}, resolve);
  return last ? changedText(text, last) : encoder.encode(text);
};

/** Every reference in a tree, in the order in which it is written. */
export const referencesIn = (tree: Tree | undefined): Reference[] => {
  if (tree instanceof Reference) return [tree];
  if (Array.isArray(tree)) return tree.flatMap(referencesIn);
  return isMembers(tree) ? Object.values(tree).flatMap(referencesIn) : [];
};
