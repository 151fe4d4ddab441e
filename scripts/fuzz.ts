import { randomInt } from "node:crypto";
import { aftermath } from "../test/fuzz/aftermath.ts";
import { type CampaignReport, runCampaign } from "../test/fuzz/campaign.ts";
import { runRawCampaign } from "../test/fuzz/raw-campaign.ts";
import { allOperations } from "../test/support/contract.ts";
import { onOrphaned } from "./dev/orphaned.ts";
import { type FuzzOptions, fuzzOptions, usage } from "./fuzz/options.ts";
import { failureLines, progressBar, rawFailureLines, summaryLines } from "./fuzz/report.ts";
import { givenSubject, ownSubject, type Subject } from "./fuzz/subject.ts";

/** So many that each operation comes often enough to succeed. */
const enoughForAll = allOperations.length * 30;

const say = (line: string): void => console.error(line);

const fuzz = async (options: FuzzOptions, subject: Subject): Promise<number> => {
  const { seed, requests, path, runtime } = options;
  const what = path === undefined ? `at least ${requests} requests` : "one burst";
  say(`seed ${seed}: ${what} to ${subject.url}`);
  const bar = progressBar(requests);
  const report: CampaignReport = await runCampaign({
    server: subject,
    seed,
    requests,
    path,
    secrets: subject.secrets,
    onProgress: ({ requests: done }, failures) => bar.show(done, failures),
  });
  bar.end();
  for (const failure of report.failures) console.log(failureLines(failure, runtime).join("\n"));
  const raw = await fuzzRaw(options, subject);
  say("verifying the ledger and what the server printed");
  const faults = [...report.faults, ...raw, ...(await aftermath(subject, subject.secrets))];
  // A few requests do not do everything.
  if (path === undefined && requests >= enoughForAll) faults.push(...report.tally.idle());
  for (const fault of faults) console.log(fault);
  console.log(summaryLines(report.tally, report.failures.length + faults.length).join("\n"));
  return report.failures.length + faults.length === 0 ? 0 : 1;
};

/** On Workers the socket is not Purser's: here wrangler's has it, elsewhere Cloudflare's edge. */
const fuzzRaw = async (
  { seed, raw, path, runtime, given }: FuzzOptions,
  subject: Subject,
): Promise<string[]> => {
  if (raw === 0 || path !== undefined || (runtime === "workers" && !given)) return [];
  say(`${raw} exchanges of raw bytes`);
  const bar = progressBar(raw);
  const { exchanges, failures } = await runRawCampaign({
    server: subject,
    seed,
    exchanges: raw,
    secrets: subject.secrets,
    onProgress: bar.show,
  });
  bar.end();
  say(`${exchanges} exchanges of raw bytes, ${failures.length} of them badly taken`);
  return failures.map((failure) => rawFailureLines(failure).join("\n"));
};

let subject: Subject | undefined;
let ending: Promise<never> | undefined;
const end = (code: number): Promise<never> => {
  ending ??= (async () => {
    await subject?.stop();
    return process.exit(code);
  })();
  return ending;
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => void end(2));
}
onOrphaned(() => void end(2));

const options = fuzzOptions(process.argv.slice(2), process.env, () => randomInt(1_000_000_000));
if (typeof options === "string") {
  console.error(`${options}\n${usage}`);
  process.exit(2);
}
try {
  subject = options.given ? givenSubject(options.given) : await ownSubject(options, say);
  await end(await fuzz(options, subject));
} catch (error) {
  // Stopped in the middle, it fails for no other reason.
  if (!ending) console.error(error);
  await end(2);
}
