import { seed } from "./seed/seed.ts";

const url = process.env.PURSER_URL ?? "http://127.0.0.1:8787";
const apiKey = process.env.PURSER_API_KEY;
if (!apiKey) {
  console.error("Set PURSER_API_KEY to a key of the organization to fill, and PURSER_URL if the");
  console.error("server is elsewhere than http://127.0.0.1:8787. `npm run dev` seeds by itself.");
  process.exit(2);
}
await seed(url, apiKey, (line) => console.error(line));
console.error("seeded");
