import packageJson from "../package.json" with { type: "json" };
import { generated } from "./generated-file.ts";
import { openApiDocument } from "./openapi/document.ts";
import { errorsDocument } from "./openapi/errors-document.ts";

/** Writes docs/openapi.json and docs/errors.md from the code; with `--check`, fails if the committed ones differ. */
const docs = new URL("../docs/", import.meta.url);

const document = await openApiDocument(packageJson.version);
await generated(new URL("openapi.json", docs), `${JSON.stringify(document, null, 2)}\n`);
await generated(new URL("errors.md", docs), errorsDocument());
