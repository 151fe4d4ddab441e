import { defineConfig } from "vitest/config";

/** The tests that `npm run mutation` tries each mutant against. */
export default defineConfig({
  test: {
    name: "unit",
    testTimeout: 60_000,
    // Most mutants are noticed within milliseconds: starting a thread a file would cost more.
    isolate: false,
    include: ["src/domain/**/*.test.ts", "test/mutation/**/*.test.ts"],
    // It takes longer than all others together, by chance, and the worlds have the same model.
    exclude: ["**/*.integration.test.ts", "**/decide.property.test.ts"],
  },
});
