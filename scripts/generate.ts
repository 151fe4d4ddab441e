import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Everything that is generated from the code and committed. `--check` writes nothing and fails on a difference. */
const generators = [
  "openapi.ts",
  "collection.ts",
  "schema-diagram.ts",
  "authorization-states.ts",
  "documents.ts",
];

for (const generator of generators) {
  const script = fileURLToPath(new URL(generator, import.meta.url));
  const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
