import { METHOD_NAME_ALL, type Result, type Router } from "hono/router";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";

/**
 * Hono's own routers, each for the paths that it is good at. One regular expression for all
 * paths is several times as fast as the trie, but cannot have `/authorizations/batch` beside
 * `/authorizations/:id/captures`: with both, Hono would use the trie for everything. So a path
 * without parameters is looked up in the trie once, and remembered.
 */
export class PathRouter<T> implements Router<T> {
  readonly name = "PathRouter";
  readonly #all = new TrieRouter<T>();
  readonly #patterns = new SmartRouter<T>({ routers: [new RegExpRouter(), new TrieRouter()] });
  /** By method and path, what is found there once it was asked for. */
  readonly #plain = new Map<string, Map<string, Result<T> | undefined>>();

  add(method: string, path: string, handler: T): void {
    this.#all.add(method, path, handler);
    if (method === METHOD_NAME_ALL || isPattern(path)) this.#patterns.add(method, path, handler);
    else this.#plainOf(method).set(path, undefined);
  }

  match(method: string, path: string): Result<T> {
    const plain = this.#plain.get(method);
    if (!plain?.has(path)) return this.#patterns.match(method, path);
    const known = plain.get(path);
    if (known) return known;
    const found = this.#all.match(method, path);
    plain.set(path, found);
    return found;
  }

  /** Which of Hono's routers matches paths with parameters, once it has. */
  get patternRouter(): string {
    return this.#patterns.activeRouter.name;
  }

  #plainOf(method: string): Map<string, Result<T> | undefined> {
    const known = this.#plain.get(method) ?? new Map();
    this.#plain.set(method, known);
    return known;
  }
}

const isPattern = (path: string): boolean => /[:*]/.test(path);
