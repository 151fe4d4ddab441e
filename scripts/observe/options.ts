import { parseArgs } from "node:util";

export interface ObserveOptions {
  /** Where Purser serves; without a path. */
  readonly url: URL;
  /** The bearer token of `/metrics`, if it wants one. */
  readonly token: string | undefined;
}

export const usage = `npm run observe -- [--url URL] [--token TOKEN]
    Starts Prometheus against a running \`make dev\` until Ctrl-C.
  --url URL        where Purser serves: \`url\` of the READY line; http://127.0.0.1:8787 without it
  --token TOKEN    what METRICS_TOKEN is, if it is set; or set METRICS_TOKEN here
PROMETHEUS names the program; without it, \`prometheus\` on the PATH.`;

/** The options, or a sentence on what is wrong with them. */
export const observeOptions = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ObserveOptions | string => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        url: { type: "string", default: "http://127.0.0.1:8787" },
        token: { type: "string" },
      },
    });
    const url = URL.canParse(values.url) ? new URL(values.url) : undefined;
    if (url?.protocol !== "http:" && url?.protocol !== "https:") return "--url wants a URL.";
    return { url, token: values.token ?? (env["METRICS_TOKEN"] || undefined) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
