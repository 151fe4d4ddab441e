import { isoTime } from "../../iso-time.ts";
import type { StoredEvent } from "../ports.ts";

/** The `typ` of a receipt's header. */
export const receiptType = "purser-receipt+jwt";

/** Who signs, in `iss`. */
export const issuer = "purser";

/**
 * What a receipt says: the event that decided a payment, its columns and texts exactly as
 * they are stored and hashed, so that a holder can show later that they were changed.
 */
export interface ReceiptPayload {
  readonly iss: string;
  /** When the receipt was signed, seconds since the epoch (RFC 7519). */
  readonly iat: number;
  /** The authorization. */
  readonly sub: string;
  readonly event: {
    readonly organizationId: string;
    readonly walletId: string;
    readonly sequence: number;
    readonly type: string;
    readonly recordedAt: string;
    readonly rulesVersion: number;
    readonly requestId: string;
    readonly commandKey: string | null;
    readonly fingerprint: string | null;
    /** Canonical JSON text. */
    readonly command: string;
    /** Canonical JSON text. */
    readonly data: string;
    /** SHA-256 of the event chained to the one before, hex. */
    readonly hash: string;
  };
}

export const receiptPayload = (
  authorizationId: string,
  event: StoredEvent,
  now: number,
): ReceiptPayload => ({
  iss: issuer,
  iat: Math.floor(now / 1_000),
  sub: authorizationId,
  event: {
    organizationId: event.organizationId,
    walletId: event.walletId,
    sequence: event.sequence,
    type: event.type,
    recordedAt: isoTime(event.at),
    rulesVersion: event.rulesVersion,
    requestId: event.requestId,
    commandKey: event.commandKey,
    fingerprint: event.fingerprint,
    command: event.commandText,
    data: event.dataText,
    hash: event.hash,
  },
});
