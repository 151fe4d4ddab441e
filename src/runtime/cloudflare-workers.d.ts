/** The part of the Workers runtime that is used here; its full types contradict Node's. */
declare module "cloudflare:workers" {
  export interface DurableObjectState {
    waitUntil(work: Promise<unknown>): void;
    readonly storage: {
      readonly sql: {
        exec(
          query: string,
          ...values: readonly (string | number)[]
        ): Iterable<Record<string, unknown>>;
      };
    };
  }
  export abstract class DurableObject<Env> {
    protected readonly ctx: DurableObjectState;
    protected readonly env: Env;
    constructor(ctx: DurableObjectState, env: Env);
  }
  export abstract class WorkerEntrypoint<Env> {
    protected readonly env: Env;
    constructor(ctx: unknown, env: Env);
  }
  /** What a call's answer can hold for its caller to call. */
  export abstract class RpcTarget {}
  export function waitUntil(work: Promise<unknown>): void;
}
