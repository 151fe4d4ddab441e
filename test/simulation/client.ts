import type { Actor, Idempotency } from "../../src/domain/actor.ts";
import { canonicalJson } from "../../src/domain/canonical-json.ts";
import type { Result } from "../../src/domain/result.ts";
import { sha256Hex } from "../../src/runtime/sha256.ts";
import type { Intent } from "./intent.ts";
import type { Random } from "./random.ts";

/** What became of a request as far as its client can tell: an answer, or silence. */
export type Heard = Result<unknown> | undefined;

/** What a client needs of its world. */
export interface ClientPorts {
  readonly random: Random;
  readonly actor: Omit<Actor, "requestId" | "idempotency">;
  /** The intent that comes next, if there is one that may take part. */
  readonly intend: (name: string, random: Random) => Intent | undefined;
  readonly send: (request: ClientRequest) => Promise<Heard>;
  /** Between two commands: a moment, or until there is work again. */
  readonly pause: (random: Random) => Promise<void>;
  readonly sleep: (ms: number) => Promise<void>;
  /** The faults are over and nothing new is wanted. */
  readonly settling: () => boolean;
  readonly keyed: number;
  /** It has asked and asked, without faults, and knows no more. */
  readonly givesUp: (name: string, heard: Heard) => void;
}

export interface ClientRequest {
  /** The request's id; of a repeat, another than the first one's. */
  readonly name: string;
  readonly actor: Actor;
  readonly intent: Intent;
}

/** Answers that say nothing of the outcome: the client asks again with the same key. */
const inconclusive = new Set(["outcome_unknown", "overloaded", "wallet_busy"]);

/**
 * A client that does one thing after the other, and asks again under the same key for what
 * it does not know; what it gave up on it asks for once more when all is calm.
 */
export class Client {
  readonly #name: string;
  readonly #ports: ClientPorts;
  readonly #unresolved: Wish[] = [];
  #last: Wish | undefined;

  constructor(name: string, ports: ClientPorts) {
    this.#name = name;
    this.#ports = ports;
  }

  async run(): Promise<void> {
    const { intend, pause, random, settling } = this.#ports;
    for (let index = 0; !settling(); index++) {
      const name = `${this.#name}.${index}`;
      const own = random.fork(name);
      await pause(own);
      if (settling()) break;
      const intent = intend(name, own);
      if (intent) await this.#pursueAll(this.#wish(name, intent, own));
      // As long as a wish takes, so that leaving one out hardly moves the others.
      else await this.#ports.sleep(20);
    }
    for (const wish of this.#unresolved) await this.#pursue(wish);
  }

  /** Now and then the client takes one key for two things at once, which must be noticed. */
  async #pursueAll(wish: Wish): Promise<void> {
    const { name, intent, idempotency, random } = wish;
    const other = idempotency && random.chance(0.05) ? intent.other?.() : undefined;
    const wishes = [wish];
    if (other && idempotency) {
      const fingerprint = fingerprintOf(other);
      const twin = { ...wish, name: `${name}~`, intent: other, tries: 0, random: random.fork("~") };
      wishes.push({ ...twin, idempotency: { ...idempotency, fingerprint } });
    }
    await Promise.all(wishes.map((one) => this.#pursue(one)));
  }

  #wish(name: string, intent: Intent, random: Random): Wish {
    const keyed = !intent.keyless && random.chance(this.#ports.keyed);
    // Or one that it has used before.
    const key = this.#last && random.chance(0.02) ? this.#last.idempotency?.key : name;
    const fingerprint = fingerprintOf(intent);
    const wish: Wish = {
      name,
      intent,
      random,
      tries: 0,
      idempotency: keyed && key !== undefined ? { key, fingerprint } : undefined,
    };
    this.#last = wish;
    return wish;
  }

  /** Asks until it knows, or for a while. */
  async #pursue(wish: Wish): Promise<void> {
    const { actor, givesUp, send, settling, sleep } = this.#ports;
    const { idempotency, intent, name, random } = wish;
    for (let calmTries = 0; ; ) {
      wish.tries += 1;
      const calm = settling();
      const requestId = `${name}.${wish.tries}`;
      const heard = await send({
        name: requestId,
        intent,
        actor: { ...actor, requestId, ...(idempotency && { idempotency }) },
      });
      if (heard?.ok) intent.learn(heard.value);
      const known = heard && (heard.ok || !inconclusive.has(heard.refusal.code));
      // Without a key it cannot be asked for again.
      if (known || !idempotency) return;
      if (calm) calmTries += 1;
      if (calmTries >= 20) return givesUp(name, heard);
      if (!settling() && wish.tries % 5 === 0) {
        this.#unresolved.push(wish);
        return;
      }
      await sleep(random.between(1, 200) * 2 ** Math.min(4, wish.tries));
    }
  }
}

const fingerprintOf = ({ operation, content }: Intent): string =>
  sha256Hex(canonicalJson({ operation, content }));

interface Wish {
  readonly name: string;
  readonly intent: Intent;
  readonly random: Random;
  readonly idempotency: Idempotency | undefined;
  tries: number;
}
