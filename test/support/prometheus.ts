import { programOnPath } from "../../scripts/observe/program.ts";

/**
 * Where one of Prometheus's programs is. Without it a test that needs it is skipped; but
 * not in CI, where nobody would see that it was.
 */
export const prometheusProgram = (
  name: "prometheus" | "promtool",
  skip: (why: string) => never,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string => {
  const program = programOnPath(name, env["PATH"] ?? "");
  if (program) return program;
  const why = `there is no ${name} on the PATH, and \`npm test\` could not fetch it or was not asked`;
  if (env["CI"] === "true") throw new Error(`CI is true, but ${why}`);
  console.warn(`SKIPPED: ${why}`);
  return skip(why);
};
