import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import type { Mutant } from "./mutants.ts";

const urlOf = ({ file }: Mutant): URL =>
  new URL(`../../src/domain/wallets/${file}`, import.meta.url);

/** The file's source with the bug in it; an expression that is not there exactly once is none. */
export const mutated = (mutant: Mutant): string => {
  const source = readFileSync(urlOf(mutant), "utf8");
  const [before, after, ...more] = source.split(mutant.was);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${mutant.file} does not have once: ${mutant.was}`);
  }
  return `${before}${mutant.is}${after}`;
};

/** Whatever is imported from now on in this thread finds the bug in its place. */
export const plant = (mutant: Mutant): void => {
  const source = mutated(mutant);
  const { href } = urlOf(mutant);
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      return url === href ? { ...loaded, source } : loaded;
    },
  });
};
