import type { Actor } from "../../src/domain/actor.ts";
import { defaultPaymentSettings } from "../../src/domain/organization-settings.ts";
import type { WalletOwnership } from "../../src/domain/wallets/ports.ts";
import { noLimits } from "../../src/domain/wallets/rules/limits.ts";
import { Book } from "./book.ts";
import { Calendar } from "./calendar.ts";
import { calmEdge } from "./calm-edge.ts";
import { Client } from "./client.ts";
import { Faults } from "./faults.ts";
import { type Intent, type Make, zones } from "./intent.ts";
import { intentOf } from "./intents.ts";
import { MemoryDatabase } from "./memory-database.ts";
import { memoryOwnership } from "./memory-ports.ts";
import { deposit } from "./money-intents.ts";
import type { Parts } from "./parts.ts";
import type { Profile } from "./profile.ts";
import type { Random } from "./random.ts";
import { Requests } from "./requests.ts";
import { Schedule } from "./schedule.ts";
import { idsOf } from "./service.ts";
import { createCard, createWallet } from "./settings-intents.ts";
import { Skew } from "./skew.ts";
import type { DatabaseNetwork } from "./statements.ts";
import { Tally } from "./tally.ts";
import { Topology } from "./topology.ts";
import { plan } from "./troubles.ts";
import { type Report, stackOf } from "./violation.ts";
import { Watch } from "./watch.ts";

/** How long after the last answer something late can still come. */
const quietMs = 40_000;

/** Clients, edges, lanes and a database, with all that can befall them, as a seed makes them. */
export class World {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly profile: Profile;
  readonly watch: Watch;
  readonly topology: Topology;
  readonly tally = new Tally();
  /** Everything has come to rest. */
  over = false;
  readonly #random: Random;
  readonly #parts: Parts;
  readonly #report: Report;
  readonly #database: MemoryDatabase;
  readonly #network: DatabaseNetwork & { readonly skew: Skew };
  readonly #requests: Requests;
  readonly #calendar: Calendar;
  readonly #books: Book[] = [];
  #calm = false;

  constructor(random: Random, profile: Profile, parts: Parts, report: Report) {
    this.profile = profile;
    this.#random = random;
    this.#parts = parts;
    this.#report = report;
    const schedule = new Schedule(profile.start);
    this.schedule = schedule;
    this.faults = new Faults(random.fork("faults"), profile.rates, parts, this.tally);
    this.#calendar = new Calendar(random.fork("calendar"), zones, profile.start);
    const network = {
      schedule,
      profile,
      faults: this.faults,
      database: new MemoryDatabase(() => schedule.now + network.skew.ms),
      outage: undefined,
      skew: new Skew(),
      written: (group, decidedAt) => this.watch.written(group, decidedAt),
    } as DatabaseNetwork & { readonly skew: Skew };
    this.#network = network;
    this.#database = network.database;
    this.watch = new Watch(network.database, report, this.tally);
    this.topology = new Topology({
      network,
      random: random.fork("topology"),
      observe: (event) => {
        if ("jobs" in event) this.tally.add(`lane ${event.kind}`);
      },
      crashed: (error) => report("no_crash", stackOf(error)),
      reached: (job, lane) => this.watch.attempts.reached(job, lane),
    });
    this.#requests = new Requests({
      network,
      report,
      random: random.fork("requests"),
      attempts: this.watch.attempts,
      edges: this.topology.edges,
      ownership: this.#ownership(),
    });
  }

  /** Opens and fills the first wallets, then lets the clients begin. */
  begin(): void {
    this.#run().catch((error) => this.#report("no_crash", stackOf(error)));
  }

  async #run(): Promise<void> {
    for (let index = 0; index < this.profile.organizations; index++) await this.#furnish(index);
    void this.#trouble();
    await Promise.all(
      Array.from({ length: this.profile.clients }, (_, index) => this.#client(index).run()),
    );
    await this.schedule.sleep(quietMs, "all is quiet");
    this.over = true;
  }

  /** Ends all faults and lets the clients find out what they do not know. */
  settle(): void {
    this.#calm = true;
    this.faults.off = true;
    this.#network.outage = undefined;
    this.#network.skew.right();
    for (const host of this.topology.hosts.values()) host.skew.right();
    for (const edge of this.topology.edges) edge.skew.right();
  }

  /** What must hold of lanes after every step, and what when all is over. */
  checkLanes(): void {
    for (const { name, load } of this.topology.hosts.values()) {
      const { waiting, commits } = load;
      if (waiting < 0) this.#report("settles", `${name} counts ${waiting} waiting`);
      if (this.over && waiting + commits > 0) {
        this.#report("settles", `${name} has ${waiting} waiting, ${commits} commits at the end`);
      }
    }
  }

  #ownership(): WalletOwnership {
    const ownership = memoryOwnership(this.#database, new Map());
    return {
      ...ownership,
      open: async (wallet, record, created, idempotency) => {
        const made = await ownership.open(wallet, record, created, idempotency);
        if (made.outcome === "created") this.watch.opened(wallet, created);
        return made;
      },
    };
  }

  #client(index: number): Client {
    const { profile, schedule } = this;
    const name = `c${index}`;
    const book = this.#books[index % this.#books.length] as Book;
    return new Client(name, {
      random: this.#random.fork(name),
      actor: this.#actor(book),
      intend: (intent, random) => this.#intend(intent, random, book),
      send: (request) => this.#requests.send(request),
      pause: (random) => this.#pause(name, random),
      sleep: (ms) => schedule.sleep(ms, `${name} waits`),
      settling: () => this.#calm,
      keyed: profile.keyed,
      givesUp: (intent, heard) =>
        this.#report("settles", `${intent} heard ${JSON.stringify(heard)} again and again`),
    });
  }

  #intend(name: string, random: Random, book: Book): Intent | undefined {
    const { profile, schedule } = this;
    const strange = random.chance(profile.strangers) ? random.pick(this.#books) : book;
    const intent = intentOf({ random, book: strange, profile, now: schedule.now });
    if (!intent || !this.#parts.take(`${name}:${intent.operation}`)) return undefined;
    this.tally.add(`asked ${intent.operation}`);
    return intent;
  }

  async #pause(name: string, random: Random): Promise<void> {
    const { profile, schedule } = this;
    const leaves = random.chance(profile.leave);
    const away = leaves ? this.#calendar.after(schedule.now) - schedule.now : 0;
    await schedule.sleep(away + random.delay(20), `${name} pauses`);
  }

  async #trouble(): Promise<void> {
    const { schedule, topology, profile } = this;
    const world = {
      random: this.#random.fork("troubles"),
      parts: this.#parts,
      hosts: () => [...topology.hosts.values()],
      edges: topology.edges,
      database: this.#network,
      after: (ms: number, what: string, run: () => void) => {
        schedule.after(ms, what, () => {
          if (!this.#calm) run();
        });
      },
      count: this.tally.add,
    };
    while (!this.#calm) {
      plan(world, this.#calendar.bursts, profile.troubles);
      await schedule.sleep(this.#calendar.after(schedule.now) - schedule.now, "a burst begins");
    }
  }

  #actor(book: Book): Omit<Actor, "requestId" | "idempotency"> {
    const random = this.#random.fork(`settings ${book.organizationId}`);
    return {
      organizationId: book.organizationId,
      apiKeyId: "key",
      settings: {
        currency: "EUR",
        timezone: "UTC",
        defaultLimits: noLimits,
        smallestLimit: random.pick([0, 0, 1_000]),
        payments: defaultPaymentSettings,
      },
    };
  }

  /** An organization's wallets with money and cards. */
  async #furnish(index: number): Promise<void> {
    const { profile, schedule, watch } = this;
    const random = this.#random.fork(`furnish ${index}`);
    const book = new Book(idsOf(random, () => Math.floor(schedule.now)).next());
    this.#books.push(book);
    const edge = calmEdge(schedule, this.#database, random, (group, decidedAt) =>
      watch.written(group, decidedAt),
    );
    const make = async (maker: Make, name: string) => {
      const intent = maker({ random, book, profile, now: schedule.now });
      const requestId = `furnish.${index}.${name}`;
      const actor = { ...this.#actor(book), requestId };
      const result =
        intent && (await this.#requests.serve(edge, { name: requestId, actor, intent }));
      if (intent && result?.ok) intent.learn(result.value);
    };
    for (let at = 0; at < profile.wallets; at++) await make(createWallet, `wallet${at}`);
    const deposits = profile.poor ? 0 : profile.wallets * 3;
    for (let at = 0; at < deposits; at++) await make(deposit, `deposit${at}`);
    for (let at = 0; at < profile.wallets * 2; at++) await make(createCard, `card${at}`);
  }
}
