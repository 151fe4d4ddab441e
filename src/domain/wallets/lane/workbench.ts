import { type Refused, refusedAt } from "../../result.ts";
import { type SealedEvent, type Sha256, seal } from "../log/chain.ts";
import type { DraftEvent, WalletEvent } from "../model/event.ts";
import type { Wallet } from "../model/wallet.ts";
import { applyToAuthorization, applyToCard, applyToWallet, createdCard } from "../rules/apply.ts";
import { decide, eventTime, rulesVersion, type StateCommand } from "../rules/decide.ts";
import type { State } from "../rules/decision.ts";
import type {
  AuthorizationChange,
  CardChange,
  CommandKey,
  CommitGroup,
  CommittedEvent,
  WalletChange,
} from "../store.ts";
import type { WalletCache } from "./cache.ts";
import { type Job, type JobItem, receiverOf } from "./job.ts";
import type { Outcome } from "./plan.ts";

/**
 * The working copies of one batch: what wallets, cards and authorizations will be if it is
 * committed. A job that is refused leaves nothing behind on it but its keys, which are
 * checked, and its wallets, whose versions are.
 */
export class Workbench {
  readonly #cache: WalletCache;
  readonly #wallets = new Map<string, WalletWork>();

  constructor(cache: WalletCache) {
    this.#cache = cache;
  }

  /** The working copy of what a command names; it must be in the cache. */
  state(organizationId: string, command: StateCommand): State {
    if ("walletId" in command) {
      const { wallet } = this.#work(organizationId, command.walletId);
      const receiver = receiverOf(command);
      return receiver === null
        ? { wallet }
        : { wallet, counterparty: this.#work(organizationId, receiver).wallet };
    }
    if (!("authorizationId" in command)) return this.#cardState(organizationId, command.cardId);
    const cached = this.#cache.authorization(organizationId, command.authorizationId) ?? absent();
    const state = this.#cardState(organizationId, cached.cardId);
    const changed = this.#wallets.get(cached.walletId)?.authorizations.get(cached.id);
    return { ...state, authorization: changed?.after ?? cached };
  }

  #cardState(organizationId: string, cardId: string): State {
    const cached = this.#cache.card(organizationId, cardId) ?? absent();
    const work = this.#work(organizationId, cached.walletId);
    return { wallet: work.wallet, card: work.cards.get(cardId)?.after ?? cached };
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
      [...this.#wallets].map(([id, work]) => [
        id,
        { ...work, cards: new Map(work.cards), authorizations: new Map(work.authorizations) },
      ]),
    );
    return () => {
      for (const [id, work] of this.#wallets) {
        const was = saved.get(id);
        work.wallet = was?.wallet ?? work.before;
        work.settingsChanged = was?.settingsChanged ?? false;
        work.cards = was?.cards ?? new Map();
        work.authorizations = was?.authorizations ?? new Map();
        const group = this.#find(id);
        group.events = group.events.filter((event) => event.job !== job);
      }
    };
  }

  /** Writes one event to the working copies, sealed and chained. */
  write(
    job: Job,
    item: JobItem,
    state: State,
    draft: DraftEvent,
    at: number,
    answers: boolean,
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
      commandKey: answers ? item.key : null,
      fingerprint: answers ? item.fingerprint : null,
    };
    const sealed = seal(event, cause, work.wallet.headHash, sha256);
    work.wallet = { ...applyToWallet(work.wallet, event), headHash: sealed.hash };
    work.settingsChanged ||= event.type.startsWith("wallet.");
    this.#find(draft.walletId).events.push({ job, sealed });
    if (draft.walletId === state.wallet.id) {
      writeCard(work, item, state, event);
      writeAuthorization(work, state, event);
    }
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
        authorizations: tied.flatMap((work) => [...work.authorizations.values()]),
        events: group.events.map(({ sealed }) => sealed),
        keys: group.keys,
      },
    }));
  }

  #work(organizationId: string, id: string): WalletWork {
    let work = this.#wallets.get(id);
    if (!work) {
      const before = this.#cache.wallet(organizationId, id) ?? absent();
      work = {
        before,
        wallet: before,
        settingsChanged: false,
        cards: new Map(),
        authorizations: new Map(),
        group: { jobs: new Set(), keys: [], events: [], mergedInto: undefined },
      };
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

/** What a job will be told if its group is accepted, and the wallets in whose logs it is. */
export interface Decided {
  readonly outcome: Outcome;
  /** One for each command. */
  readonly walletIds: readonly string[];
}

/** Decides all commands of a job, on what earlier jobs of the batch leave. */
export const decideJob = (job: Job, bench: Workbench, clock: number, sha256: Sha256): Decided => {
  const states = job.items.map(({ command }) => bench.state(job.organizationId, command));
  const walletIds = states.map(({ wallet }) => wallet.id);
  bench.enter(
    job,
    states.flatMap(({ wallet, counterparty }) =>
      counterparty ? [wallet.id, counterparty.id] : [wallet.id],
    ),
    job.items.map((item, index) => ({ walletId: walletIds[index] ?? absent(), key: item.key })),
  );
  const undo = job.items.length > 1 ? bench.save(job) : undefined;
  const committed: CommittedEvent[] = [];
  const refused: Refused[] = [];
  for (const [index, item] of job.items.entries()) {
    // The first is decided on what was there; the others on what those before them left.
    const first = index === 0 ? states[0] : undefined;
    const state = first ?? bench.state(job.organizationId, item.command);
    const at = eventTime(state, clock);
    const decision = decide(state, item.command, at);
    if (!decision.ok) {
      refused.push(item.at === undefined ? decision : refusedAt(decision, item.at));
      continue;
    }
    for (const draft of decision.events) {
      const answers = draft === decision.answer;
      const sealed = bench.write(job, item, state, draft, at, answers, sha256);
      if (answers) committed.push(committedEvent(sealed));
    }
  }
  if (refused.length === 0) return { outcome: { ok: true, events: committed }, walletIds };
  undo?.();
  return { outcome: together(refused), walletIds };
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

const writeCard = (work: WalletWork, item: JobItem, state: State, event: WalletEvent): void => {
  if (event.type === "wallet.closed" || event.type === "wallet.deleted") {
    // Cards that this batch has not touched go with the wallet in the commit.
    for (const [id, change] of work.cards) {
      const after = applyToCard(change.after, event);
      work.cards.set(id, { ...change, after, settingsChanged: true });
    }
    return;
  }
  if (event.type === "card.created") {
    const after = createdCard(
      work.wallet.organizationId,
      event.data.card,
      event.at,
      event.data.usage,
    );
    work.cards.set(after.id, { after, secret: item.secret ?? absent(), settingsChanged: true });
    return;
  }
  if (!state.card) return;
  const known = work.cards.get(state.card.id);
  const before = known?.after ?? state.card;
  const after = applyToCard(before, event);
  if (after === before) return;
  const settingsChanged =
    (known?.settingsChanged ?? false) ||
    event.type.startsWith("card.") ||
    after.lockedMerchantId !== before.lockedMerchantId;
  work.cards.set(after.id, { ...known, after, settingsChanged });
};

const writeAuthorization = (work: WalletWork, state: State, event: WalletEvent): void => {
  const known = state.authorization && work.authorizations.get(state.authorization.id);
  const before = known?.after ?? state.authorization;
  const after = applyToAuthorization(before, event, work.wallet.organizationId);
  if (!after || after === before) return;
  work.authorizations.set(after.id, { after, created: known ? known.created : !before });
};

interface WalletWork {
  readonly before: Wallet;
  wallet: Wallet;
  settingsChanged: boolean;
  cards: Map<string, CardChange>;
  authorizations: Map<string, AuthorizationChange>;
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
