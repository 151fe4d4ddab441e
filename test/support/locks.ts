import postgres from "postgres";

/**
 * Runs `hold` inside a transaction of a session of its own, then starts `contend`, and
 * once that waits for a lock runs `finish` and commits. Answers what `contend` came to.
 */
export const whileLocked = async <T>(
  url: string,
  steps: {
    hold: (sql: postgres.Sql) => Promise<unknown>;
    contend: () => Promise<T>;
    finish?: (sql: postgres.Sql) => Promise<unknown>;
  },
): Promise<T> => {
  const holder = postgres(url, { max: 1 });
  const observer = postgres(url, { max: 1 });
  try {
    await holder`begin`;
    await steps.hold(holder);
    const contended = steps.contend();
    await untilSomebodyWaits(observer);
    await steps.finish?.(holder);
    await holder`commit`;
    return await contended;
  } finally {
    await Promise.all([holder.end(), observer.end()]);
  }
};

const untilSomebodyWaits = async (sql: postgres.Sql): Promise<void> => {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    const waiting = await sql`
      select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    if (waiting.length > 0) return;
  }
  throw new Error("Nobody waited for a lock");
};
