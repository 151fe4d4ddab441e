export type LogLevel = "info" | "warn" | "error";

/**
 * The only fields that a log line can have. No path values, query, header, body or
 * error message: they can hold card numbers, keys and statement parameters.
 */
export const logFields = [
  "event",
  "requestId",
  "traceId",
  "spanId",
  "organizationId",
  "apiKeyId",
  "method",
  "route",
  "status",
  "durationMs",
  "bytes",
  "statements",
  "outcome",
  "reason",
  "code",
  "error",
  "at",
  "sqlState",
  "statement",
  "runtime",
  "version",
  "port",
  "count",
  "lane",
  "migration",
  "sampleRate",
] as const;

export type LogField = (typeof logFields)[number];
export type LogRecord = { readonly [Field in LogField]?: string | number | undefined } & {
  readonly event: string;
};

/** One JSON line a record: Workers Logs, `docker logs` and a terminal all read that. */
export interface Logger {
  log(level: LogLevel, record: LogRecord): void;
}

export type WriteLine = (level: LogLevel, line: string) => void;

const maxValueLength = 200;

export const createLogger = (
  write: WriteLine = writeToConsole,
  now: () => number = Date.now,
): Logger => ({
  log: (level, record) => {
    const line: Record<string, string | number> = { time: new Date(now()).toISOString(), level };
    // By the list and not by the record: what is not on it cannot be logged, whatever the types allowed.
    for (const field of logFields) {
      const value = record[field];
      if (typeof value === "number") line[field] = value;
      if (typeof value === "string") line[field] = value.slice(0, maxValueLength);
    }
    write(level, JSON.stringify(line));
  },
});

const writeToConsole: WriteLine = (level, line) => {
  // biome-ignore lint/suspicious/noConsole: all that Workers have.
  console[level](line);
};
