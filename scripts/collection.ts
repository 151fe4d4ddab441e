import { readFile } from "node:fs/promises";
import { generated } from "./generated-file.ts";
import { apiCollection } from "./openapi/collection.ts";
import type { OpenApi } from "./openapi/document.ts";

/** Writes the API collection from docs/openapi.json; with `--check`, fails if the committed one differs. */
const docs = new URL("../docs/", import.meta.url);

const document: OpenApi = JSON.parse(await readFile(new URL("openapi.json", docs), "utf8"));
const collection = `${JSON.stringify(apiCollection(document), null, 2)}\n`;
await generated(new URL("collection/purser.postman_collection.json", docs), collection);
