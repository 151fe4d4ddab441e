/** What the suites inside workerd use of it; the full types contradict Node's. */
declare module "cloudflare:workers" {
  export const env: Readonly<Record<string, string>>;
  export const exports: { readonly default: { fetch(request: Request): Promise<Response> } };
}

declare module "cloudflare:test" {
  /** Ends every Durable Object; the next call to one finds a new instance without memory. */
  export function evictAllDurableObjects(): Promise<void>;
}
