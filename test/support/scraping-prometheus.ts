import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPrometheus } from "../../scripts/observe/prometheus.ts";
import { onFileEnd } from "./cleanup.ts";

export interface PrometheusAnswers {
  /** What an expression is now: a number by its labels, which are joined by spaces. */
  query(expression: string): Promise<Record<string, number>>;
}

/** A real Prometheus that scrapes this Purser each second, until the file's last test. */
export const testPrometheus = async (
  program: string,
  purser: string,
): Promise<PrometheusAnswers> => {
  const folder = await mkdtemp(join(tmpdir(), "purser-prometheus-"));
  const { url, stop } = await startPrometheus({
    program,
    purser: new URL(purser),
    token: undefined,
    rules: [],
    // It warns of exemplars of the same millisecond, of which it keeps the first.
    logLevel: "error",
    folder,
  });
  onFileEnd(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    query: async (expression) => {
      const asked = new URL("/api/v1/query", url);
      asked.searchParams.set("query", expression);
      const { data, error } = (await (await fetch(asked)).json()) as Answer;
      if (!data) throw new Error(`Prometheus refuses ${expression}: ${error}`);
      return Object.fromEntries(
        data.result.map(({ metric, value }) => [Object.values(metric).join(" "), Number(value[1])]),
      );
    },
  };
};

interface Answer {
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}
