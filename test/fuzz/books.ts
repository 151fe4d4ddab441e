import type { Json } from "../support/api.ts";
import type { Operation } from "../support/contract.ts";
import type { Organization } from "../support/organization.ts";

interface Sum {
  debits: bigint;
  credits: bigint;
}

/** Which side of which account a movement is booked on, seen from outside the wallets. */
const sides: Readonly<Record<string, readonly [account: string, side: keyof Sum]>> = {
  createDeposit: ["external", "debits"],
  createWithdrawal: ["external", "credits"],
  createCapture: ["network", "credits"],
  createForcedCapture: ["network", "credits"],
  createRefund: ["network", "debits"],
};

/** What the answers said of money that came and went, to be held against the ledger. */
export class Books {
  readonly #sums = new Map<string, Sum>();
  readonly #counted = new Set<string>();

  /** Counts a success once, however often it is replayed. */
  note({ id }: Operation, body: unknown): void {
    const [account, side] = sides[id] ?? [];
    const { data } = (body ?? {}) as { data?: Json };
    if (account === undefined || side === undefined || !data) return;
    if (this.#counted.has(String(data["id"]))) return;
    this.#counted.add(String(data["id"]));
    const place = `${account} ${data["currency"]}`;
    const sum = this.#sums.get(place) ?? { debits: 0n, credits: 0n };
    sum[side] += BigInt(String(data["amount"]));
    this.#sums.set(place, sum);
  }

  /** Where the ledger and what was answered differ. */
  async faults({ api }: Organization): Promise<string[]> {
    const accounts = (await api.get<Json[]>("/v1/ledger/accounts")).data;
    const booked = new Map(
      accounts
        .filter(({ account }) => account === "external" || account === "network")
        .map((one) => [
          `${one["account"]} ${one["currency"]}`,
          `${one["debits"]} ${one["credits"]}`,
        ]),
    );
    const places = new Set([...booked.keys(), ...this.#sums.keys()]);
    const faults = [...places].flatMap((place) => {
      const { debits, credits } = this.#sums.get(place) ?? { debits: 0n, credits: 0n };
      const [told, stands] = [`${debits} ${credits}`, booked.get(place) ?? "0 0"];
      return told === stands ? [] : [`${place}: answered ${told}, booked ${stands}`];
    });
    const { data } = await api.get<{ balanced: boolean }>("/v1/ledger/trial-balance");
    return data.balanced ? faults : [...faults, "the trial balance does not balance"];
  }
}
