import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Most mutants are noticed by a unit test within milliseconds; a world takes a thousand times that. */
class WorldsLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const [worlds, others] = [true, false].map((wanted) =>
      files.filter(({ moduleId }) => moduleId.includes("/test/mutation/") === wanted),
    );
    return [...(others ?? []), ...(worlds ?? [])];
  }
}

/** The tests that `npm run mutation` tries each mutant against. */
export default defineConfig({
  test: {
    name: "unit",
    testTimeout: 60_000,
    // A thread a file would cost more than the tests.
    isolate: false,
    sequence: { sequencer: WorldsLast },
    include: ["src/domain/**/*.test.ts", "test/mutation/**/*.test.ts"],
    // The long ones take longer than all others together; the worlds have the same naive model,
    // and the calendar has tests that say what a window's end is.
    exclude: ["**/*.integration.test.ts", "**/decide.property.test.ts", "**/window-end.test.ts"],
  },
});
