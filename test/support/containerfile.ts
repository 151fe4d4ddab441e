import { readFileSync } from "node:fs";

const read = (name: string): string =>
  readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

/** What the Containerfile says, instruction by instruction: `["COPY", "a b /c"]`. */
const instructions = read("Containerfile")
  .split("\n")
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const);

const argumentsOf = (instruction: string): string[] =>
  instructions.filter(([name]) => name === instruction).map(([, rest]) => rest);

const commandIn = (text = ""): string[] => JSON.parse(text.slice(text.indexOf("["))) as string[];

/** The container image as it is described, since nothing here can build it. */
export const containerfile = {
  /** What is taken from the checkout. */
  copied: argumentsOf("COPY")
    .filter((rest) => !rest.startsWith("--from"))
    .flatMap((rest) => rest.split(" ").slice(0, -1)),
  /** What the build may see of the checkout. */
  visible: read(".dockerignore")
    .split("\n")
    .filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1)),
  arguments: argumentsOf("ARG"),
  user: argumentsOf("USER").at(-1),
  installed: argumentsOf("COPY").at(-1)?.split(" ").at(-1),
  entrypoint: commandIn(argumentsOf("ENTRYPOINT")[0]),
  command: commandIn(argumentsOf("CMD")[0]),
  healthCheck: commandIn(argumentsOf("HEALTHCHECK")[0]),
} as const;
