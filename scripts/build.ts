import { buildExecutable } from "./executable/build.ts";
import { buildWorker } from "./worker-bundle.ts";

await buildWorker("dist/worker");
console.error(await buildExecutable("dist"));
