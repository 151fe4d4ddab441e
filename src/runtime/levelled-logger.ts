import { createLogger, type Logger } from "../observability/logger.ts";
import type { Config } from "./config.ts";

const severity = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 } as const;

/** The logger, from the configured level up. */
export const levelledLogger = (least: Config["logLevel"]): Logger => {
  const logger = createLogger();
  return {
    log: (level, record) => {
      if (severity[level] >= severity[least]) logger.log(level, record);
    },
  };
};
