import type { Command } from "./command.ts";

/** Asks the Purser of this HOST and PORT whether it lives, as a container's health check does. */
export const healthCommand: Command = async () => {
  const { HOST = "", PORT } = process.env;
  const everywhere = ["", "0.0.0.0", "::"].includes(HOST);
  const host = everywhere ? "127.0.0.1" : HOST.includes(":") ? `[${HOST}]` : HOST;
  const url = `http://${host}:${PORT || 8787}/health`;
  try {
    const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(2_500) });
    if (!ok) console.error(`${url} answered ${status}`);
    return ok ? 0 : 1;
  } catch {
    console.error(`${url} does not answer`);
    return 1;
  }
};
