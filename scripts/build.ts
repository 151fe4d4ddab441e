import { buildWorker } from "./worker-bundle.ts";

await buildWorker("dist/worker");
