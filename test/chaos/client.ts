import type { Command } from "./commands.ts";
import type { Answer } from "./testimony.ts";

/**
 * Codes of 503 that say that nothing was changed; `outcome_unknown` says that nobody knows,
 * and so does whatever is not in the contract.
 */
const passing = new Set(["unavailable", "overloaded", "wallet_busy", "not_ready", "rate_limited"]);

/** How long a client waits that is not impatient: longer than a command may take. */
const usualPatienceMs = 12_000;

/** Sends a command once. */
export const send = async (
  url: string,
  apiKey: string,
  command: Command,
  wantedPatienceMs = usualPatienceMs,
): Promise<Answer> => {
  const patienceMs = Math.min(wantedPatienceMs, usualPatienceMs);
  try {
    const response = await fetch(new URL(command.path, url), {
      method: "POST",
      headers: {
        Authorization: `Bearer ${apiKey}`,
        "Content-Type": "application/json",
        "Idempotency-Key": command.key,
      },
      body: JSON.stringify(command.body),
      signal: AbortSignal.timeout(patienceMs),
    });
    const body = (await response.json()) as { readonly data?: unknown; readonly code?: string };
    if (response.ok) {
      const replayed = response.headers.get("Idempotency-Replayed") === "true";
      return { kind: "acknowledged", data: body.data, replayed, at: Date.now() };
    }
    const code = body.code ?? `status ${response.status}`;
    if (response.status === 503 || response.status === 429) {
      return passing.has(code)
        ? { kind: "refused", code, passing: true }
        : { kind: "unknown", why: code };
    }
    return response.status < 500
      ? { kind: "refused", code, passing: false }
      : { kind: "unknown", why: code };
  } catch (error) {
    return { kind: "unknown", why: reasonOf(error, patienceMs) };
  }
};

const reasonOf = (error: unknown, patienceMs: number): string => {
  const { name, code, cause } = error as {
    name?: string;
    code?: unknown;
    cause?: { code?: unknown };
  };
  if (name === "TimeoutError") {
    return patienceMs < usualPatienceMs ? "client went away" : "no answer in 12 s";
  }
  return String(cause?.code ?? code ?? name);
};
