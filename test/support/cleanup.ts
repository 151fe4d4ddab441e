import { afterAll } from "vitest";

const endings: (() => Promise<void>)[] = [];

/** Runs `end` after the file's last test, before what was registered earlier. */
export const onFileEnd = (end: () => Promise<void>): void => {
  endings.push(end);
};

// This file is a setup file of the suites that use a database, so that a test may
// ask for one anywhere, and not only where hooks can be registered.
afterAll(async () => {
  for (let end = endings.pop(); end; end = endings.pop()) await end();
});
