import { isoTime } from "../../iso-time.ts";
import type { WalletEvent } from "../model/event.ts";

/** SHA-256 of a text's UTF-8 bytes, in hex. Given by the runtime: the rules hash nothing. */
export type Sha256 = (text: string) => string;

/** What the first event of a wallet is chained to. */
export const genesisHash = "0".repeat(64);

/** Who caused an event; on its row and in its hash. */
export interface Cause {
  readonly organizationId: string;
  readonly requestId: string;
  /** `null` on the second and further events of a command. */
  readonly commandKey: string | null;
  readonly fingerprint: string | null;
}

/** An event as it is stored: texts exactly as hashed. */
export interface SealedEvent extends Cause {
  readonly event: WalletEvent;
  readonly commandText: string;
  readonly dataText: string;
  readonly hash: string;
}

/** Writes an event's canonical texts and chains it to the one before. */
export const seal = (
  event: WalletEvent,
  cause: Cause,
  previousHash: string,
  sha256: Sha256,
): SealedEvent => {
  const commandText = JSON.stringify(event.command);
  const dataText = JSON.stringify(event.data);
  const hash = sha256(chained(previousHash, event, cause, commandText, dataText));
  return { ...cause, event, commandText, dataText, hash };
};

/**
 * The text that is hashed: one field a line. No field can hold a line break (ids, names
 * of types, keys and request ids by their grammar, JSON by its own), so no two events
 * give the same text.
 */
export const chained = (
  previousHash: string,
  event: Omit<WalletEvent, "command" | "data">,
  cause: Cause,
  commandText: string,
  dataText: string,
): string =>
  [
    previousHash,
    cause.organizationId,
    event.walletId,
    event.sequence,
    event.type,
    isoTime(event.at),
    event.rulesVersion,
    cause.requestId,
    cause.commandKey ?? "",
    cause.fingerprint ?? "",
    commandText,
    dataText,
  ].join("\n");
