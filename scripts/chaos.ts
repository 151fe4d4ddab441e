import { chaosOptions, usage } from "../test/chaos/options.ts";
import { reportText } from "../test/chaos/report.ts";
import { runChaos } from "../test/chaos/run.ts";

const started = Date.now();
const say = (line: string): void => {
  console.error(`[${((Date.now() - started) / 1_000).toFixed(1)} s] ${line}`);
};

const options = ((): ReturnType<typeof chaosOptions> => {
  try {
    return chaosOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(2);
  }
})();

try {
  say(`seed ${options.seed}`);
  const report = await runChaos({ ...options, say });
  console.log(`\n${reportText(report)}`);
  process.exitCode = report.breaches.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(2);
}
