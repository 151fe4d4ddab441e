import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** Where a program is on the PATH; `undefined` if it is not installed. */
export const programOnPath = (
  name: string,
  path: string | undefined = process.env.PATH,
): string | undefined =>
  (path ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isProgram);

/** The Prometheus to run: the one that is named, else the one on the PATH; throws how to get one. */
export const findPrometheus = (env: Readonly<Record<string, string | undefined>>): string => {
  const named = env["PROMETHEUS"];
  if (named) {
    if (isProgram(named)) return named;
    throw new Error(`PROMETHEUS is ${named}, which is no program.`);
  }
  const found = programOnPath("prometheus", env["PATH"]);
  if (found) return found;
  throw new Error(
    "There is no prometheus on the PATH. On Debian and Ubuntu:\n" +
      "  sudo apt-get install --no-install-recommends prometheus\n" +
      "  sudo systemctl disable --now prometheus    # the package starts one of its own\n" +
      "Elsewhere unpack a release of https://prometheus.io/download and name its program:\n" +
      "  PROMETHEUS=path/to/prometheus make observe",
  );
};
