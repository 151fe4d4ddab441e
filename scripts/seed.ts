import { readFile } from "node:fs/promises";
import { seed } from "./seed/seed.ts";

/** The key of `make dev` on its own port, if none is given. */
const keyOfDev = async (): Promise<string | undefined> => {
  const file = new URL("../.purser/dev-8787/organization.json", import.meta.url);
  const text = await readFile(file, "utf8").catch(() => "{}");
  return (JSON.parse(text) as { apiKey?: string }).apiKey;
};

const given = process.env.PURSER_URL;
const url = given ?? "http://127.0.0.1:8787";
const apiKey = process.env.PURSER_API_KEY ?? (given ? undefined : await keyOfDev());
if (!apiKey) {
  console.error(
    "Start `make dev`, or set PURSER_URL and PURSER_API_KEY to a running server and to",
  );
  console.error("a key of the organization to fill.");
  process.exit(2);
}
await seed(url, apiKey, (line) => console.error(line));
console.error("seeded");
