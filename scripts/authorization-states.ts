import { statesDocument } from "./authorization-states/document.ts";
import { generated } from "./generated-file.ts";

/** Writes docs/authorization-states.md from the rules; with `--check`, fails if the committed one differs. */
const file = new URL("../docs/authorization-states.md", import.meta.url);

await generated(file, statesDocument());
