import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { freshSecrets } from "./scripts/secrets.ts";

/** Suites that run inside workerd, with the Worker's own bindings and Neon's real driver. */
export default defineConfig({
  plugins: [
    cloudflareTest(({ inject }) => ({
      wrangler: { configPath: "wrangler.toml" },
      miniflare: {
        bindings: {
          ...freshSecrets(),
          DATABASE_URL: inject("workersDatabaseUrl"),
          DATABASE_DRIVER: "neon",
          NEON_ENDPOINT: inject("neonEndpoint"),
          RATE_LIMIT_PER_SECOND: "100000",
          LOG_LEVEL: "error",
          // More than there need be for one developer, so that commands meet those of others.
          LANES: "3",
        },
      },
    })),
  ],
  test: {
    name: "workers",
    include: ["test/workers/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
