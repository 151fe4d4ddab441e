/** A Markdown table. */
export const table = (
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** A document with what stands between the marks of this name replaced. */
export const withSection = (document: string, name: string, content: string): string => {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`there are no marks of ${name}`);
  return `${document.slice(0, from)}${begin}\n\n${content}\n\n${document.slice(to)}`;
};
