import { access, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rulesVersion } from "../src/domain/wallets/rules/decide.ts";
import { story } from "./event-log-fixture/story.ts";

/**
 * Writes test/fixtures/event-log-v<rules version>.json: a log by the rules of today, to be
 * replayed by the rules of every later day. A log that was written does not change, so
 * neither does the file; `--replace` is for rules that have never run anywhere.
 */
const name = `event-log-v${rulesVersion}.json`;
const file = fileURLToPath(new URL(`../test/fixtures/${name}`, import.meta.url));
const exists = await access(file).then(
  () => true,
  () => false,
);
if (exists && !process.argv.includes("--replace")) {
  console.error(`${name} is there; logs that were written do not change.`);
  process.exit(1);
}

/** Amounts of states are `bigint`, which JSON has no word for. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one) => (typeof one === "bigint" ? `${one}n` : (one as unknown))),
  );

const history = story();
const fixture = {
  rulesVersion,
  organizationId: history.organizationId,
  events: history.events.map(({ event, commandText, dataText, ...cause }) => ({
    walletId: event.walletId,
    sequence: event.sequence,
    type: event.type,
    at: new Date(event.at).toISOString(),
    rulesVersion: event.rulesVersion,
    ...cause,
    commandText,
    dataText,
  })),
  // What it came to, as the rows of that day had it.
  wallets: [...history.wallets.values()].map(plain),
  cards: [...history.cards.values()].map(plain),
  authorizations: [...history.payments.values()].map(plain),
};
await writeFile(file, `${JSON.stringify(fixture, null, 1)}\n`);
console.error(`wrote ${name}`);
