/** Says how far the run is, and when it will be done. */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #isTerminal: boolean;
  readonly #now: () => number;
  readonly #started: number;
  #totalSeconds = 0;
  #doneSeconds = 0;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(
    output: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr,
    now: () => number = Date.now,
  ) {
    this.#write = (text) => void output.write(text);
    this.#isTerminal = output.isTTY === true;
    this.#now = now;
    this.#started = now();
  }

  /** So much more is to be done, in seconds as planned. */
  plan(seconds: number): void {
    this.#totalSeconds += seconds;
  }

  /** So much of it is done; `label` is what comes next or was done. */
  advance(seconds: number, label: string): void {
    this.#doneSeconds = Math.min(this.#totalSeconds, this.#doneSeconds + seconds);
    this.say(label);
  }

  say(label: string): void {
    const now = this.#now();
    // A log is read later: every few seconds is enough there.
    if (now - this.#saidAt < (this.#isTerminal ? 200 : 10_000)) return;
    this.#saidAt = now;
    const line = `${this.line()} ${label}`;
    this.#write(this.#isTerminal ? `\r${line.slice(0, 110).padEnd(110)}` : `${line}\n`);
  }

  /** Something that must be seen, on lines of its own. */
  warn(text: string): void {
    this.#write(`${this.#isTerminal ? "\n" : ""}${text}\n`);
  }

  end(): void {
    if (this.#isTerminal) this.#write("\n");
  }

  /** `[#####.....]  42 %  3:10 left` */
  line(): string {
    const share = this.#totalSeconds === 0 ? 0 : this.#doneSeconds / this.#totalSeconds;
    const filled = Math.round(share * barLength);
    const bar = "#".repeat(filled) + ".".repeat(barLength - filled);
    const percent = `${Math.floor(share * 100)}`.padStart(3);
    return `[${bar}] ${percent} %  ${this.#remaining()} left `;
  }

  /** By the plan at first, then by how long what is done took. */
  #remaining(): string {
    const elapsed = (this.#now() - this.#started) / 1_000;
    const pace = this.#doneSeconds < 5 ? 1 : elapsed / this.#doneSeconds;
    const seconds = Math.round((this.#totalSeconds - this.#doneSeconds) * pace);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

const barLength = 24;
