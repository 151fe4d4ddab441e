import { startNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import { onFileEnd } from "./cleanup.ts";

export type Moment = "before" | "after";

export interface LethalEndpoint {
  readonly url: string;
  /**
   * Calls `kill` when a statement like this arrives, before it is applied or after, once.
   * The statement is not applied, or not answered, if it is the caller that is killed.
   */
  killAt(moment: Moment, statement: RegExp, kill: () => void, isCaller?: boolean): void;
  /** Whether that has happened. */
  readonly struck: boolean;
}

/** Neon's endpoint for one service, where any of its statements can be somebody's last moment. */
export const lethalEndpoint = async (): Promise<LethalEndpoint> => {
  type Plan = Parameters<LethalEndpoint["killAt"]>;
  let plan: Plan | undefined;
  const strikes = (now: Moment, body: string): boolean => {
    const [moment, statement, kill, isCaller = true] = plan ?? [];
    if (moment !== now || !statement?.test(body)) return false;
    plan = undefined;
    kill?.();
    return isCaller;
  };
  const endpoint = await startNeonEndpoint({
    faults: {
      dropRequest: (body) => strikes("before", body),
      dropAnswer: (body) => strikes("after", body),
    },
  });
  onFileEnd(() => endpoint.stop());
  return {
    url: endpoint.url,
    killAt: (...args) => {
      plan = args;
    },
    get struck() {
      return plan === undefined;
    },
  };
};
