import { otlpTraces, type Resource, rejectedSpans } from "./otlp.ts";
import type { Span } from "./spans.ts";

export interface TraceExporterPorts {
  /** Posts a body to the collector; rejects if there is no answer. */
  readonly send: (body: string) => Promise<{ readonly status: number; readonly text: string }>;
  readonly resource: Resource;
  /** How many spans were taken by the collector, or given up. */
  readonly onEnd: (outcome: "exported" | "dropped", spans: number) => void;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** How long a span may wait for others to be sent with it. */
const everyMs = 1_000;

/** A batch that has not gone out after this long belonged to a request that is gone. */
const deadAfterMs = 10_000;

const maxBatch = 512;

/** Spans are for looking at: a collector that is away must not cost memory without end. */
const maxQueue = 4_096;

/**
 * Sends spans to a collector over OTLP/HTTP, in batches and in nobody's way. What the
 * collector cannot take now is sent again with the next batch; what is too much is dropped
 * and counted.
 */
export class TraceExporter {
  readonly #ports: TraceExporterPorts;
  #queue: Span[] = [];
  #dueAt = 0;

  constructor(ports: TraceExporterPorts) {
    this.#ports = ports;
  }

  /** Takes spans; what it answers, if anything, must be kept alive beyond the request (`waitUntil`). */
  add(spans: readonly Span[]): Promise<void> | undefined {
    this.#queue.push(...spans);
    const surplus = this.#queue.length - maxQueue;
    if (surplus > 0) this.#drop(this.#queue.splice(0, surplus).length);
    const now = this.#ports.now();
    if (this.#dueAt > 0 && now < this.#dueAt + deadAfterMs) return undefined;
    this.#dueAt = now + everyMs;
    return this.#ports.sleep(everyMs).then(() => {
      this.#dueAt = 0;
      return this.flush();
    });
  }

  /** Sends what there is; what fails in a way that may pass stays for the next time. */
  async flush(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, maxBatch);
      const answer = await this.#ports
        .send(otlpTraces(batch, this.#ports.resource))
        .catch(() => undefined);
      if (!answer || mayPass.has(answer.status)) {
        this.#queue.unshift(...batch);
        return;
      }
      if (answer.status >= 300) {
        this.#drop(batch.length);
        continue;
      }
      const rejected = Math.min(batch.length, rejectedSpans(answer.text));
      if (rejected > 0) this.#drop(rejected);
      this.#ports.onEnd("exported", batch.length - rejected);
    }
  }

  #drop(spans: number): void {
    this.#ports.onEnd("dropped", spans);
  }
}

/** OTLP/HTTP: these, and no others, are to be sent again. */
const mayPass = new Set([429, 502, 503, 504]);
