import type { Json } from "../support/api.ts";
import type { Operation } from "../support/contract.ts";

/** A resource that a tenant has, as far as its answers told. */
export interface Known {
  readonly id: string;
  /** What it belongs to where its path names that: the wallet of a deposit. */
  readonly parent: string | undefined;
  /** As it was last answered: of wallets, cards and authorizations. */
  status: string | undefined;
  captured: number;
}

/** A page that was answered, and where it goes on. */
export interface Page {
  readonly operation: string;
  /** The request's path with its query, without a cursor. */
  readonly target: string;
  readonly next: string;
}

/** So many of each are remembered: the newest, which are most likely still there. */
const most = 60;

const alive = (status: string | undefined): boolean =>
  status === undefined || status === "active" || status === "open";

/** What a tenant has and has had: learned from answers, so that requests name what exists. */
export class Pool {
  readonly #living = new Map<string, Known[]>();
  readonly #deleted = new Map<string, string[]>();
  readonly #pages: Page[] = [];
  /** Every id that was ever learned. */
  readonly ids = new Set<string>();

  add(resource: string, id: string, parent?: string): Known {
    const list = this.#living.get(resource) ?? [];
    this.#living.set(resource, list);
    const found = list.find((known) => known.id === id);
    if (found) return found;
    const known: Known = { id, parent, status: undefined, captured: 0 };
    list.push(known);
    this.ids.add(id);
    if (list.length > most) list.shift();
    return known;
  }

  remove(resource: string, id: string): void {
    const list = this.#living.get(resource) ?? [];
    this.#living.set(
      resource,
      list.filter((known) => known.id !== id),
    );
    this.#deleted.set(resource, [...(this.#deleted.get(resource) ?? []).slice(-most), id]);
  }

  /** The `pick`-th that fits, counted round; any where none does. */
  pick(resource: string, pick: number, fits: (known: Known) => boolean): Known | undefined {
    const all = this.#living.get(resource) ?? [];
    const fitting = all.filter(fits);
    const from = fitting.length > 0 ? fitting : all;
    return from[pick % from.length];
  }

  pickDeleted(resource: string, pick: number): string | undefined {
    const all = this.#deleted.get(resource) ?? [];
    return all[pick % all.length];
  }

  pickPage(pick: number, fits: (page: Page) => boolean): Page | undefined {
    const fitting = this.#pages.filter(fits);
    return fitting[pick % fitting.length];
  }

  count(resource: string): number {
    return (this.#living.get(resource) ?? []).filter(({ status }) => alive(status)).length;
  }

  /** What a success says of what there is. */
  learn(operation: Operation, target: string, parent: string | undefined, body: unknown): void {
    const { data, meta } = (body ?? {}) as { data?: unknown; meta?: { page?: { next?: unknown } } };
    const next = meta?.page?.next;
    if (typeof next === "string") this.#keepPage(operation.id, target, next);
    if (operation.method === "DELETE") {
      const own = operation.pathParameters.at(-1);
      if (own && parent) this.remove(resourceOfPath(operation.path), parent);
      return;
    }
    if (!isObject(data)) return;
    this.#learnOne(data);
    const { items } = data as { items?: readonly { data?: unknown }[] };
    for (const item of Array.isArray(items) ? items : []) {
      if (isObject(item.data)) this.#learnMade(operation.path.replace(/\/batch$/, ""), item.data);
    }
    if (operation.method === "POST") this.#learnMade(operation.path, data, parent);
  }

  #learnMade(path: string, data: Json, parent?: string): void {
    const resource = path.split("/").at(-1) ?? "";
    if (typeof data["id"] !== "string" || !resourceNames.has(resource)) return;
    const payment = data["authorization"];
    const owner = parent ?? (isObject(payment) ? String(payment["id"]) : undefined);
    const known = this.add(resource, data["id"], owner);
    known.status = statusOf(data);
  }

  /** A resource, or an act with the payment that it changed. */
  #learnOne(data: Json): void {
    for (const [resource, marks] of Object.entries(marksOf)) {
      const one =
        resource === "authorizations" && isObject(data["authorization"])
          ? data["authorization"]
          : data;
      if (!marks.every((name) => name in one)) continue;
      const known = this.add(resource, String(one["id"]));
      known.status = statusOf(one);
      known.captured = Number(one["captured"] ?? 0) - Number(one["refunded"] ?? 0);
    }
  }

  #keepPage(operation: string, target: string, next: string): void {
    const url = new URL(target, "http://purser.invalid");
    url.searchParams.delete("cursor");
    this.#pages.push({ operation, target: `${url.pathname}${url.search}`, next });
    if (this.#pages.length > most) this.#pages.shift();
  }
}

/** By which members one tells what an answer shows. */
const marksOf: Readonly<Record<string, readonly string[]>> = {
  wallets: ["status", "available", "limits"],
  cards: ["status", "last4"],
  authorizations: ["status", "captured", "requestedAmount"],
};

const resourceNames = new Set(
  "users teams team-members wallets cards authorizations transfers refunds captures increments reversals deposits withdrawals api-keys".split(
    " ",
  ),
);

const resourceOfPath = (path: string): string => path.split("/").at(-2) ?? "";

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;

const statusOf = (data: Json): string | undefined =>
  typeof data["status"] === "string" ? data["status"] : undefined;

/** In which state something must be for an operation to do anything with it. */
export const fitsFor = (operation: string, resource: string): ((known: Known) => boolean) => {
  if (operation === "unfreezeWallet" || operation === "unfreezeCard") {
    return ({ status }) => status === "frozen";
  }
  if (operation === "createRefund" && resource === "authorizations") {
    return ({ captured }) => captured > 0;
  }
  return ({ status }) => alive(status);
};
