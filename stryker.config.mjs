export default {
  testRunner: "vitest",
  // The plugin of our own is TypeScript that runs as it is.
  plugins: ["@stryker-mutator/vitest-runner", "./scripts/mutation/ignore-prose.ts"],
  ignorers: ["prose"],
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  mutate: ["src/domain/**/*.ts", "!src/domain/**/*.test.ts"],
  coverageAnalysis: "perTest",
  incremental: true,
  incrementalFile: ".purser/mutation/incremental.json",
  concurrency: 1,
  timeoutMS: 6_000,
  timeoutFactor: 2,
  ignoreStatic: true,
  reporters: ["clear-text", "json", "progress-append-only"],
  clearTextReporter: { reportTests: false, allowColor: false, reportScoreTable: true },
  jsonReporter: { fileName: ".purser/mutation/report.json" },
  ignorePatterns: ["/dist", "/docs", "/bench", "/drizzle", "/.purser", "/.wrangler"],
  // TypeScript 7 has no compiler to call; there is nothing in ours to rewrite.
  tsconfigFile: "none",
  tempDirName: ".purser/mutation-sandbox",
  allowConsoleColors: false,
};
