const width = 30;

/** A bar on standard error: drawn again in place on a terminal, else a line now and then. */
export const progressBar = (most: number) => {
  const started = Date.now();
  const everyMs = process.stderr.isTTY ? 100 : 10_000;
  let last = process.stderr.isTTY ? 0 : started;
  return {
    show: (steps: number, seed: number): void => {
      const now = Date.now();
      if (now - last < everyMs) return;
      last = now;
      const share = Math.min(1, steps / most);
      const filled = Math.round(share * width);
      const bar = `${"#".repeat(filled)}${"-".repeat(width - filled)}`;
      const rate = (steps * 1_000) / Math.max(1, now - started);
      const left = Math.ceil(Math.max(0, most - steps) / Math.max(1, rate));
      const text = `[${bar}] ${Math.floor(share * 100)} %, ${count(steps)} steps, ${count(Math.round(rate))}/s, world ${seed}, ${left} s left`;
      process.stderr.write(process.stderr.isTTY ? `\r${text}\u001b[K` : `${text}\n`);
    },
    /** Makes room for what is said next. */
    clear: (): void => {
      if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
    },
  };
};

const count = (value: number): string => value.toLocaleString("en-US");
