import { type ChildProcess, spawn } from "node:child_process";
import type { Account } from "./postgres-account.ts";

export interface GuardedOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where standard output and error go: file descriptors of ours. */
  readonly output: readonly [number, number];
  readonly account?: Account;
  /** The child's own children end with it. Without this, only the child is told. */
  readonly wholeGroup?: boolean;
  readonly signal: "SIGINT" | "SIGTERM";
  /** A folder that is of no use once the child is gone. */
  readonly remove?: string | undefined;
}

export interface GuardedChild {
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/**
 * Leaves a watcher that holds a pipe to us and then becomes the command, so that
 * we know its process number. However we end, the pipe closes and the watcher
 * ends the command.
 */
const launcher = `
signal=$1 group=$2 remove=$3
shift 3
exec 3<&0
( trap '' INT TERM HUP
  read -r word <&3
  [ "$word" = stopped ] && exit
  kill -"$signal" "$group$$" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do kill -0 $$ 2>/dev/null || break; sleep 0.5; done
  [ -n "$remove" ] && rm -rf "$remove"
  [ -n "$group" ] && kill -KILL "$group$$" ) &
exec 3<&-
exec "$@" </dev/null`;

/** Starts a command that does not outlive this process, even if this process is killed. */
export const spawnGuarded = (
  command: string,
  args: readonly string[],
  options: GuardedOptions,
): GuardedChild => {
  const { cwd, env, account, signal, wholeGroup = false, remove = "" } = options;
  const group = wholeGroup ? "-" : "";
  const watch = ["-c", launcher, "sh", signal.slice(3), group, remove];
  const child = spawn("/bin/sh", [...watch, command, ...args], {
    ...account,
    cwd,
    env,
    // A session of its own: a Ctrl-C in the terminal is for us, who stop things in order.
    detached: true,
    stdio: ["pipe", ...options.output],
  });
  child.stdin?.on("error", () => {});
  child.on("error", () => {});
  return { process: child, stop: () => stop(child, signal, wholeGroup) };
};

export const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

const stop = async (child: ChildProcess, signal: NodeJS.Signals, group: boolean): Promise<void> => {
  const pid = child.pid;
  if (pid === undefined) return;
  const send = (which: NodeJS.Signals): void => {
    try {
      process.kill(group ? -pid : pid, which);
    } catch {
      // Gone already.
    }
  };
  if (!hasEnded(child)) {
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    send(signal);
    const late = setTimeout(() => send(group ? "SIGKILL" : "SIGQUIT"), group ? 8_000 : 20_000);
    await exited;
    clearTimeout(late);
  }
  child.stdin?.end("stopped\n");
  if (group) send("SIGKILL");
};
