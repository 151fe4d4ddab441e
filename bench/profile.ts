/** How much is measured: to see that it works, while developing, or to be believed. */
export interface Profile {
  readonly name: "smoke" | "quick" | "full";
  /** How often each of the compared runs. */
  readonly pairs: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Successes that a closed loop waits for, where time is too short to be sure of any. */
  readonly atLeast: number;
  readonly wallets: number;
  /** What scenarios ask for is cut to this. */
  readonly mostConnections: number;
  /** Scenarios share a database and what runs on it; else each has fresh ones. */
  readonly shared: boolean;
}

export const profiles: Readonly<Record<Profile["name"], Profile>> = {
  smoke: {
    name: "smoke",
    pairs: 2,
    warmUpMs: 20,
    measureMs: 100,
    atLeast: 30,
    wallets: 20,
    mostConnections: 16,
    shared: true,
  },
  quick: {
    name: "quick",
    pairs: 3,
    warmUpMs: 300,
    measureMs: 1_000,
    atLeast: 1,
    wallets: 1_000,
    mostConnections: 256,
    shared: true,
  },
  full: {
    name: "full",
    pairs: 7,
    warmUpMs: 1_000,
    measureMs: 3_000,
    atLeast: 1,
    wallets: 1_000,
    mostConnections: 256,
    shared: false,
  },
};
