/** As in package.json's `start:node`; why stands in docs/running.md. */
export const nodeFlags = ["--max-semi-space-size=128", "--no-allocation-site-pretenuring"] as const;

/** As in package.json's `start:deno`. */
export const denoFlags = [
  "run",
  "--no-prompt",
  "--node-modules-dir=manual",
  "--no-lock",
  "--allow-net",
  "--allow-env",
  "--allow-read",
  "--allow-sys",
] as const;
