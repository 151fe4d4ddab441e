import { createLogger, type Logger, type WriteLine } from "../observability/logger.ts";
import type { Config } from "./config.ts";

const severity = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 } as const;

/** The logger, from the configured level up; on the console, unless it is told where else. */
export const levelledLogger = (least: Config["logLevel"], write?: WriteLine): Logger => {
  const logger = createLogger(write);
  return {
    log: (level, record) => {
      if (severity[level] >= severity[least]) logger.log(level, record);
    },
  };
};
