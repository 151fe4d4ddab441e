import { writeSummary } from "./mutation/document.ts";

/** Writes docs/mutation.md again from what `npm run mutation` has measured. */
console.log(`${(await writeSummary()).toFixed(2)} %`);
