import { builtAssets } from "./built-assets.ts";
import { serveNode } from "./serve-node.ts";

serveNode(process.env, builtAssets());
