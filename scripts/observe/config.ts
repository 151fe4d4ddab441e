/** Files whose paths the configuration names. */
export interface ConfigFiles {
  readonly rules: readonly string[];
  /** Holds the bearer token; none is sent without it. */
  readonly token: string | undefined;
}

/** As often as isolates report: what was done shows at once. */
const everySeconds = 1;

/**
 * Prometheus's configuration for one Purser. It is YAML, of which JSON is a part: nothing
 * in a path or URL can break out of its quotes. The job has the name that the rules expect.
 */
export const prometheusConfig = (purser: URL, files: ConfigFiles): string =>
  JSON.stringify(
    {
      global: { scrape_interval: `${everySeconds}s`, evaluation_interval: "5s" },
      rule_files: files.rules,
      scrape_configs: [
        {
          job_name: "purser",
          scheme: purser.protocol.slice(0, -1),
          metrics_path: "/metrics",
          ...(files.token === undefined
            ? {}
            : { authorization: { credentials_file: files.token } }),
          static_configs: [{ targets: [purser.host] }],
        },
      ],
    },
    null,
    2,
  );
