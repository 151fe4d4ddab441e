import { readFileSync } from "node:fs";

/** The parent of a process where the kernel tells (Linux); 0 elsewhere. */
const parentOf = (pid: number): number => {
  try {
    // The name, in brackets, may hold anything; the parent is the second field after it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
    return Number(fields?.[1] ?? 0);
  } catch {
    return 0;
  }
};

/**
 * Calls `end` when npm, or its shell between it and us, is gone: killed hard, npm
 * tells nobody, and then nobody is left who could stop us. Started without npm,
 * we may be meant to outlive whoever started us.
 */
export const onOrphaned = (end: () => void): void => {
  if (!process.env.npm_lifecycle_event) return;
  const lineage = (): string => `${process.ppid} ${parentOf(process.ppid)}`;
  const before = lineage();
  const timer = setInterval(() => {
    if (lineage() === before) return;
    clearInterval(timer);
    end();
  }, 1_000);
  timer.unref();
};
