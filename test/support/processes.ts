import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

interface Running {
  readonly pid: number;
  readonly parent: number;
}

/** Every process there is; those that have ended and wait to be noticed are left out. */
const running = (): Running[] => (existsSync("/proc/self/stat") ? fromProc() : fromPs());

const fromProc = (): Running[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The command's name, in brackets, may hold anything; state and parent follow it.
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent) }];
      } catch {
        return [];
      }
    });

const fromPs = (): Running[] =>
  execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([pid, , state]) => pid && !state?.startsWith("Z"))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));

/** A process and everything that it has started, as far as it has not been left behind by its parent. */
export const familyOf = (root: number): number[] => {
  const all = running();
  const family = [root];
  for (const member of family) {
    family.push(...all.filter(({ parent }) => parent === member).map(({ pid }) => pid));
  }
  return family;
};

export const stillRunning = (pids: readonly number[]): number[] => {
  const alive = new Set(running().map(({ pid }) => pid));
  return pids.filter((pid) => alive.has(pid));
};
