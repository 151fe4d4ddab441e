import { buildDocsAssets } from "./docs-assets.ts";
import { providePrometheus } from "./observe/provide.ts";
import { type Count, runCheck, runProject } from "./test/run.ts";

/** Every step of `npm test`, in the order in which a mistake is found fastest. */
const steps: Readonly<Record<string, () => Promise<Count>>> = {
  types: () => runCheck("tsc", "--noEmit"),
  lint: () => runCheck("biome", "ci", "."),
  imports: () => runCheck("depcruise", "--config", ".dependency-cruiser.mjs", ...sources),
  generated: () => runCheck("node", "scripts/generate.ts", "--check"),
  migrations: () => runCheck("node", "scripts/migrations-check.ts"),
  unit: () => runProject("unit"),
  integration: () => runProject("integration"),
  workers: () => runProject("workers"),
  // They wait more than they work.
  smoke: () => runProject("smoke", "--maxWorkers=3"),
};

const sources = ["src", "scripts", "test", "bench"];
const suites = ["unit", "integration", "workers", "smoke"];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}. Steps: ${Object.keys(steps).join(", ")}`);
  process.exit(2);
}
const chosen = wanted.length > 0 ? wanted : Object.keys(steps);

// Workers and the servers of the smoke suite serve these.
await buildDocsAssets();
const total = { passed: 0, failed: 0 };
const summary: string[] = [];
if (chosen.some((name) => suites.includes(name))) {
  const { path, missing } = await providePrometheus(process.env);
  process.env.PATH = path;
  if (missing !== undefined) summary.push(`There is no Prometheus: ${missing}\n`);
}
for (const [at, name] of chosen.entries()) {
  console.log(`\n[${at + 1}/${chosen.length}] ${name}`);
  const started = Date.now();
  const { passed, failed } = (await steps[name]?.()) ?? { passed: 0, failed: 1 };
  total.passed += passed;
  total.failed += failed;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  summary.push(`${name.padEnd(12)} ${passed} passed, ${failed} failed, ${seconds} s`);
}
console.log(`\n${summary.join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
