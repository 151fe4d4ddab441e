import type {
  CommitAnswer,
  CommitBatch,
  CommitGroup,
  LoadAnswer,
  Ref,
  WalletStore,
} from "../../src/domain/wallets/store.ts";
import type { Faults } from "./faults.ts";
import type { MemoryDatabase } from "./memory-database.ts";
import type { Profile } from "./profile.ts";
import type { Random } from "./random.ts";
import type { Schedule } from "./schedule.ts";

/** The database's own bound, after which it cancels a statement that waits for locks. */
const statementTimeoutMs = 15_000;

/** When drivers give up if nobody says. */
const driverTimeoutMs = 10_000;

/** The way from lanes to the database and back. */
export interface DatabaseNetwork {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly database: MemoryDatabase;
  readonly profile: Profile;
  /** How the database is out of reach, if it is: whoever asks hears nothing, or is turned away. */
  outage: "silent" | "refused" | undefined;
  /** Told of each group that was written, with the clock by which it was decided. */
  readonly written: (group: CommitGroup, decidedAt: number) => void;
}

/** The lane at one end of it. */
export interface Connected {
  readonly name: string;
  readonly now: () => number;
  readonly alive: () => boolean;
  /** Ends the lane, as a crash of its process does. */
  readonly die: () => void;
}

/** The lane's store over the network: every statement takes its time and meets its faults. */
export const connect = (network: DatabaseNetwork, lane: Connected): WalletStore => {
  const connection = new Connection(network, lane);
  return {
    load: (refs, timeoutMs) => connection.load(refs, timeoutMs),
    commit: (batch, timeoutMs) => connection.commit(batch, timeoutMs),
  };
};

class Connection {
  readonly #network: DatabaseNetwork;
  readonly #lane: Connected;
  readonly #counts = new Map<string, number>();

  constructor(network: DatabaseNetwork, lane: Connected) {
    this.#network = network;
    this.#lane = lane;
  }

  load(refs: readonly Ref[], timeoutMs = driverTimeoutMs): Promise<LoadAnswer> {
    const { database, faults, profile, schedule } = this.#network;
    const name = this.#nameOf(refs[0]?.id ?? "time");
    const { fault, random } = faults.meet("load", name);
    return this.#ask(`load ${name}`, timeoutMs, (answer) => {
      this.#arrive(`load ${name}`, random.delay(profile.latency.load), answer, () => {
        const back = random.delay(profile.latency.load);
        if (fault === "rejected") answer(cancelled, back);
        else if (fault === "slow") answer(database.load(refs), random.between(50, 3_000));
        else if (fault !== "lost") answer(database.load(refs), back);
      });
      // A broken connection is noticed, some time.
      if (fault === "lost" && random.chance(0.7)) {
        schedule.after(random.between(1, 500), `load ${name} cut`, () => answer(unreachable, 0));
      }
    });
  }

  commit(batch: CommitBatch, timeoutMs = driverTimeoutMs): Promise<CommitAnswer> {
    const { faults, profile, schedule } = this.#network;
    const name = this.#nameOf(batch.groups[0]?.keys[0]?.key ?? "nothing");
    const { fault, random } = faults.meet("commit", name);
    const decidedAt = this.#lane.now();
    return this.#ask(`commit ${name}`, timeoutMs, (answer) => {
      const execute = (way: number, then: (done: CommitAnswer) => void) =>
        this.#arrive(`commit ${name}`, way, answer, () =>
          this.#execute(name, batch, decidedAt, fault === "slow", random, then),
        );
      const back = () => random.delay(profile.latency.commit);
      const way = back();
      const cut = (ms: number) =>
        schedule.after(ms, `commit ${name} cut`, () => answer(unreachable, 0));
      switch (fault) {
        case "lost":
          if (random.chance(0.7)) cut(random.between(1, 500));
          break;
        case "unheard":
          execute(way, () => random.chance(0.7) && cut(random.between(0, 100)));
          break;
        case "late":
          cut(random.between(1, 50));
          execute(random.between(50, random.pick([300, 3_000, 12_000])), () => {});
          break;
        case "rejected":
          this.#arrive(`commit ${name}`, way, answer, () => answer(cancelled, back()));
          break;
        case "twice":
          execute(way, () => execute(random.between(0, 50), (done) => answer(done, back())));
          break;
        case "death":
          execute(way, () => this.#lane.die());
          break;
        case "orphaned":
          schedule.after(0, `commit ${name} orphaned`, this.#lane.die);
          execute(random.between(1, random.pick([50, 500, 5_000])), () => {});
          break;
        default:
          execute(way, (done) => answer(done, back()));
      }
    });
  }

  /** From the moment at which the statement begins to the one at which it takes effect. */
  #execute(
    name: string,
    batch: CommitBatch,
    decidedAt: number,
    slow: boolean,
    random: Random,
    then: (done: CommitAnswer) => void,
  ): void {
    const { database, profile, schedule, written } = this.#network;
    const snapshot = database.begin();
    const ms = slow ? random.between(100, 20_000) : random.delay(profile.executionMs);
    if (ms > statementTimeoutMs) {
      schedule.after(statementTimeoutMs, `commit ${name} cancelled`, () => then(cancelled));
      return;
    }
    schedule.after(ms, `commit ${name} written`, () => {
      const answer = database.commit(batch, snapshot, (group) => written(group, decidedAt));
      then(answer.kind === "answered" ? { ...answer, executionMs: ms } : answer);
    });
  }

  /** Takes the statement to the database, unless that is out of reach by then. */
  #arrive(what: string, ms: number, answer: Answer<never>, then: () => void): void {
    const network = this.#network;
    network.schedule.after(ms, `${what} arrives`, () => {
      if (network.outage === "refused") answer(unreachable, 1);
      else if (network.outage === undefined) then();
    });
  }

  /** The first answer counts; none comes to a lane that is gone, or later than it waits. */
  #ask<T>(
    what: string,
    timeoutMs: number,
    send: (answer: Answer<T>) => void,
  ): Promise<T | typeof unreachable | typeof cancelled> {
    const { schedule } = this.#network;
    return new Promise((resolve) => {
      if (!this.#lane.alive()) return;
      let open = true;
      const settle = (value: Parameters<Answer<T>>[0]) => {
        if (!open || !this.#lane.alive()) return;
        open = false;
        patience.cancelled = true;
        resolve(value);
      };
      const patience = schedule.after(timeoutMs, `${what} given up`, () => settle(unreachable));
      send((value, ms) => {
        schedule.after(ms, `${what} answered`, () => settle(value));
      });
    });
  }

  /** The same statement has the same name whatever else is asked for. */
  #nameOf(subject: string): string {
    const count = this.#counts.get(subject) ?? 0;
    this.#counts.set(subject, count + 1);
    return `${this.#lane.name} ${subject} ${count}`;
  }
}

type Answer<T> = (value: T | typeof unreachable | typeof cancelled, ms: number) => void;

const unreachable = { kind: "unreachable" } as const;

/** A deadlock, a serialization failure, or the statement's own time-out. */
const cancelled = {
  kind: "rejected",
  retry: "yes",
  cause: new Error("canceling statement"),
} as const;
