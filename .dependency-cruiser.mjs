/**
 * Imports point one way: runtime -> app -> routes -> domain <- db (docs/decisions,
 * "The house"). Tests may reach wherever the guarantee they name lives, so the
 * layer rules leave `*.test.ts` out; nothing may import a test.
 */
const tests = "\\.test\\.ts$";

const layer = (name, from, mayImport, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, pathNot: tests },
  to: { path: "^(src|scripts|test|bench)/", pathNot: mayImport },
});

export default {
  forbidden: [
    layer("domain-imports-domain", "^src/domain/", ["^src/domain/"], "The domain owns its ports."),
    layer(
      "db-imports-domain",
      "^src/db/",
      ["^src/db/", "^src/domain/"],
      "The database implements the domain's ports and knows nothing of HTTP.",
    ),
    layer(
      "observability-imports-domain",
      "^src/observability/",
      ["^src/observability/", "^src/domain/"],
      "Observability is a leaf that app, routes and runtime use.",
    ),
    layer(
      "routes-import-domain",
      "^src/routes/",
      ["^src/routes/", "^src/domain/", "^src/observability/", "^src/app\\.ts$"],
      "Routes call domain verbs; never db, never a runtime.",
    ),
    layer(
      "app-imports-routes",
      "^src/app\\.ts$",
      ["^src/routes/", "^src/domain/", "^src/observability/"],
      "The app knows no runtime and no database.",
    ),
    layer(
      "src-imports-src",
      "^src/",
      ["^src/"],
      "What ships never imports scripts, the benchmark or test support.",
    ),
    {
      name: "routes-know-only-the-types-of-app",
      comment: "App builds the routes; the other way round only its types may be named.",
      severity: "error",
      from: { path: "^src/routes/", pathNot: tests },
      to: { path: "^src/app\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "only-runtime-knows-a-platform",
      comment: "The same code runs on Workers, Node and Deno.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/runtime/", tests] },
      to: { path: "^(node|cloudflare|deno|bun):" },
    },
    {
      name: "only-runtime-uses-core-modules",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/runtime/", tests] },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "domain-is-plain",
      comment: "Rules and use cases are plain TypeScript: no framework, no driver.",
      severity: "error",
      from: { path: "^src/domain/", pathNot: tests },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-peer", "npm-optional", "npm-no-pkg"] },
    },
    {
      name: "only-db-talks-sql",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/db/", tests] },
      to: { path: "node_modules/(drizzle-orm|postgres|@neondatabase)/" },
    },
    {
      name: "no-development-packages-in-src",
      severity: "error",
      from: { path: "^src/", pathNot: tests },
      to: { dependencyTypes: ["npm-dev"], pathNot: "node_modules/@types/" },
    },
    {
      name: "nothing-imports-a-test",
      severity: "error",
      from: {},
      to: { path: tests },
    },
    {
      name: "no-cycles",
      comment: "Type-only cycles vanish at run time and are allowed.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "resolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^(cloudflare|Deno):|^virtual:" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|coverage|\\.wrangler|\\.purser)/" },
    parser: "swc",
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".mjs", ".js", ".json"],
    },
  },
};
