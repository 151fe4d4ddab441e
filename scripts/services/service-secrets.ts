import { requestKeyOf } from "../../src/runtime/config.ts";
import type { Secrets } from "../secrets.ts";
import type { ServiceName } from "./service-names.ts";

/** What each service has of a deployment's secrets: what it needs and nothing else. */
export const serviceSecrets = (
  secrets: Secrets,
): Readonly<Record<ServiceName, Readonly<Record<string, string>>>> => ({
  gateway: {
    ADMIN_TOKEN: secrets.ADMIN_TOKEN,
    REQUEST_FINGERPRINT_KEY: requestKeyOf(secrets.CARD_FINGERPRINT_KEY),
  },
  directory: {},
  wallets: {
    CARD_ENCRYPTION_KEYS: secrets.CARD_ENCRYPTION_KEYS,
    CARD_FINGERPRINT_KEY: secrets.CARD_FINGERPRINT_KEY,
    CARD_CVV_KEY: secrets.CARD_CVV_KEY,
    RECEIPT_SIGNING_KEYS: secrets.RECEIPT_SIGNING_KEYS,
  },
});
