import { buildDocsAssets } from "./docs-assets.ts";
import { buildWorker } from "./worker-bundle.ts";

// The bundle is not among the assets, which are public.
await buildDocsAssets();
await buildWorker("dist/worker");
