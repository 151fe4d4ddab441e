import { defineConfig } from "vitest/config";

const withDatabase = {
  setupFiles: ["test/support/cleanup.ts"],
  testTimeout: 30_000,
  hookTimeout: 30_000,
};

export default defineConfig({
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          // Properties are tried hundreds of times, also on a busy machine.
          testTimeout: 30_000,
          include: [
            "src/**/*.test.ts",
            "scripts/**/*.test.ts",
            "test/{support,chaos,fuzz,simulation}/**/*.test.ts",
            "bench/**/*.test.ts",
          ],
          exclude: ["**/*.integration.test.ts"],
        },
      },
      {
        test: {
          ...withDatabase,
          name: "integration",
          include: [
            "src/**/*.integration.test.ts",
            "scripts/**/*.integration.test.ts",
            "bench/**/*.integration.test.ts",
            "test/integration/**/*.test.ts",
            "test/plans/**/*.test.ts",
            "test/simulation/**/*.integration.test.ts",
          ],
        },
      },
      "vitest.workers.config.ts",
      {
        test: {
          ...withDatabase,
          name: "smoke",
          include: ["test/smoke/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
