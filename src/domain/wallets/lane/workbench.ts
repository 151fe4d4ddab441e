import type { Refused } from "../../result.ts";
import { type SealedEvent, type Sha256, seal } from "../log/chain.ts";
import type { Card } from "../model/card.ts";
import type { DraftEvent, WalletEvent } from "../model/event.ts";
import type { Wallet } from "../model/wallet.ts";
import { applyToCard, applyToWallet, createdCard } from "../rules/apply.ts";
import { decide, eventTime, rulesVersion } from "../rules/decide.ts";
import type { State } from "../rules/decision.ts";
import type {
  CardChange,
  CommandKey,
  CommitGroup,
  CommittedEvent,
  WalletChange,
} from "../store.ts";
import type { WalletCache } from "./cache.ts";
import type { Job, JobItem } from "./job.ts";
import type { Outcome } from "./plan.ts";

/**
 * The working copies of one batch: what wallets and cards will be if it is committed.
 * A job that is refused leaves nothing behind on it but its keys, which are checked, and
 * its wallets, whose versions are.
 */
export class Workbench {
  readonly #cache: WalletCache;
  readonly #wallets = new Map<string, WalletWork>();

  constructor(cache: WalletCache) {
    this.#cache = cache;
  }

  /** The working copy of what a command names; it must be in the cache. */
  state(organizationId: string, item: JobItem): State {
    const { command } = item;
    if ("walletId" in command) {
      const { wallet } = this.#work(organizationId, command.walletId);
      return command.kind === "transfer"
        ? { wallet, counterparty: this.#work(organizationId, command.toWalletId).wallet }
        : { wallet };
    }
    const cached = this.#cache.card(organizationId, command.cardId) ?? absent();
    const work = this.#work(organizationId, cached.walletId);
    return { wallet: work.wallet, card: work.cards.get(command.cardId)?.after ?? cached };
  }

  /** Ties the wallets of a job together: they are committed as one group. */
  enter(job: Job, walletIds: readonly string[], keys: readonly CommandKey[]): void {
    const groups = walletIds.map((id) => this.#find(id));
    const [root] = groups;
    if (!root) return;
    for (const group of groups) if (group !== root) merge(root, group);
    root.jobs.add(job);
    root.keys.push(...keys);
  }

  /** The working copies as they are, to come back to if a job of several commands is refused. */
  save(job: Job): () => void {
    const saved = new Map(
      [...this.#wallets].map(([id, work]) => [id, { ...work, cards: new Map(work.cards) }]),
    );
    return () => {
      for (const [id, work] of this.#wallets) {
        const was = saved.get(id);
        work.wallet = was?.wallet ?? work.before;
        work.settingsChanged = was?.settingsChanged ?? false;
        work.cards = was?.cards ?? new Map();
        const group = this.#find(id);
        group.events = group.events.filter((event) => event.job !== job);
      }
    };
  }

  /** Writes one event to the working copies, sealed and chained. */
  write(
    job: Job,
    item: JobItem,
    card: Card | undefined,
    draft: DraftEvent,
    at: number,
    first: boolean,
    sha256: Sha256,
  ): SealedEvent {
    const work = this.#wallets.get(draft.walletId) ?? absent();
    const event = {
      ...draft,
      sequence: work.wallet.version + 1,
      at,
      rulesVersion,
      command: item.command,
    } as WalletEvent;
    const cause = {
      organizationId: job.organizationId,
      requestId: job.requestId,
      commandKey: first ? item.key : null,
      fingerprint: first ? item.fingerprint : null,
    };
    const sealed = seal(event, cause, work.wallet.headHash, sha256);
    work.wallet = { ...applyToWallet(work.wallet, event), headHash: sealed.hash };
    work.settingsChanged ||= event.type.startsWith("wallet.");
    this.#find(draft.walletId).events.push({ job, sealed });
    this.#writeCard(work, item, card, event);
    return sealed;
  }

  groups(): { readonly commit: CommitGroup; readonly jobs: ReadonlySet<Job> }[] {
    const works = new Map<Group, WalletWork[]>();
    for (const [id, work] of this.#wallets) {
      const group = this.#find(id);
      const known = works.get(group);
      if (known) known.push(work);
      else works.set(group, [work]);
    }
    return [...works].map(([group, tied]) => ({
      jobs: group.jobs,
      commit: {
        wallets: tied.map(walletChange),
        cards: tied.flatMap((work) => [...work.cards.values()]),
        events: group.events.map(({ sealed }) => sealed),
        keys: group.keys,
      },
    }));
  }

  #writeCard(work: WalletWork, item: JobItem, before: Card | undefined, event: WalletEvent): void {
    if (event.type === "wallet.deleted") {
      // Cards that this batch has not touched go with the wallet in the commit.
      for (const [id, change] of work.cards) {
        const after = applyToCard(change.after, event);
        work.cards.set(id, { ...change, after, settingsChanged: true });
      }
    } else if (event.type === "card.created") {
      const after = createdCard(work.wallet.organizationId, event.data.card, event.at);
      work.cards.set(after.id, { after, secret: item.secret ?? absent(), settingsChanged: true });
    } else if (before) {
      const after = applyToCard(before, event);
      if (after === before) return;
      const known = work.cards.get(after.id);
      const settingsChanged = (known?.settingsChanged ?? false) || event.type.startsWith("card.");
      work.cards.set(after.id, { ...known, after, settingsChanged });
    }
  }

  #work(organizationId: string, id: string): WalletWork {
    let work = this.#wallets.get(id);
    if (!work) {
      const before = this.#cache.wallet(organizationId, id) ?? absent();
      const group: Group = { jobs: new Set(), keys: [], events: [], mergedInto: undefined };
      work = { before, wallet: before, settingsChanged: false, cards: new Map(), group };
      this.#wallets.set(id, work);
    }
    return work;
  }

  #find(walletId: string): Group {
    const work = this.#wallets.get(walletId) ?? absent();
    while (work.group.mergedInto) work.group = work.group.mergedInto;
    return work.group;
  }
}

/** Decides all commands of a job, on what earlier jobs of the batch leave. */
export const decideJob = (job: Job, bench: Workbench, clock: number, sha256: Sha256): Outcome => {
  const states = job.items.map((item) => bench.state(job.organizationId, item));
  bench.enter(
    job,
    states.flatMap(({ wallet, counterparty }) =>
      counterparty ? [wallet.id, counterparty.id] : [wallet.id],
    ),
    job.items.map((item, index) => ({
      walletId: states[index]?.wallet.id ?? absent(),
      key: item.key,
    })),
  );
  const undo = job.items.length > 1 ? bench.save(job) : undefined;
  const committed: CommittedEvent[] = [];
  const refused: Refused[] = [];
  for (const item of job.items) {
    const state = bench.state(job.organizationId, item);
    const at = eventTime(state, clock);
    const decision = decide(state, item.command, at);
    if (!decision.ok) {
      refused.push(decision);
      continue;
    }
    decision.events.forEach((draft, index) => {
      const sealed = bench.write(job, item, state.card, draft, at, index === 0, sha256);
      if (index === 0) committed.push(committedEvent(sealed));
    });
  }
  if (refused.length === 0) return { ok: true, events: committed };
  undo?.();
  return together(refused);
};

/** One refusal for a job of several commands, naming all that stands in its way. */
const together = (refused: readonly Refused[]): Refused => {
  const [first] = refused;
  if (!first) throw new Error("nothing was refused");
  const same = refused.filter(({ refusal }) => refusal.code === first.refusal.code);
  const errors = same.flatMap(({ refusal }) => refusal.errors ?? []).slice(0, 100);
  return errors.length === 0 ? first : { ok: false, refusal: { ...first.refusal, errors } };
};

const committedEvent = (sealed: SealedEvent): CommittedEvent => ({
  walletId: sealed.event.walletId,
  sequence: sealed.event.sequence,
  type: sealed.event.type,
  at: sealed.event.at,
  data: sealed.event.data,
  commandKey: sealed.commandKey,
  fingerprint: sealed.fingerprint,
  requestId: sealed.requestId,
});

interface WalletWork {
  readonly before: Wallet;
  wallet: Wallet;
  settingsChanged: boolean;
  cards: Map<string, CardChange>;
  group: Group;
}

interface Group {
  readonly jobs: Set<Job>;
  readonly keys: CommandKey[];
  events: { readonly job: Job; readonly sealed: SealedEvent }[];
  mergedInto: Group | undefined;
}

const walletChange = (work: WalletWork): WalletChange => ({
  expectedVersion: work.before.version,
  after: work.wallet,
  settingsChanged: work.settingsChanged,
});

const merge = (into: Group, group: Group): void => {
  for (const job of group.jobs) into.jobs.add(job);
  into.keys.push(...group.keys);
  into.events.push(...group.events);
  group.mergedInto = into;
};

const absent = (): never => {
  throw new Error("what a planned command names is not at hand");
};
