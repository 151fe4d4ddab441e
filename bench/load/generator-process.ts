import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadPlan, LoadResult } from "./plan.ts";

export interface Generator {
  /** One plan at a time. */
  run(plan: LoadPlan): Promise<LoadResult>;
  stop(): Promise<void>;
}

type Message = { readonly result: LoadResult } | { readonly error: string };

export const startGenerator = (): Generator => {
  const child = fork(fileURLToPath(new URL("./generator.ts", import.meta.url)), {
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return {
    run: async (plan) => {
      const answer = messageOf(child);
      child.send(plan);
      const message = await answer;
      if ("error" in message) throw new Error(`the load generator failed: ${message.error}`);
      return message.result;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.connected) child.disconnect();
      await ended;
    },
  };
};

const messageOf = (child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`the load generator ended with ${code ?? "a signal"}`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message as Message);
    });
  });
