/** The part of the Workers runtime that is used here; its full types contradict Node's. */
declare module "cloudflare:workers" {
  export abstract class DurableObject<Env> {
    protected readonly ctx: { waitUntil(work: Promise<unknown>): void };
    protected readonly env: Env;
    constructor(ctx: { waitUntil(work: Promise<unknown>): void }, env: Env);
  }
  export function waitUntil(work: Promise<unknown>): void;
}
