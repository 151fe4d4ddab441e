import type { webcrypto } from "node:crypto";
import { numberInRange } from "../domain/wallets/cards/card-number.ts";
import type { CardVault } from "../domain/wallets/cards/card-vault.ts";
import type { Config } from "./config.ts";

/**
 * Card numbers under AES-256-GCM with versioned keys, by WebCrypto, which every runtime
 * has. A new version encrypts what comes; older ones still decrypt until a rotation has
 * encrypted everything again.
 */
export const createCardVault = (config: Config["cards"]): CardVault => {
  const active = Math.max(...Object.keys(config.encryptionKeys).map(Number));
  const cipherKeys = new Map<number, Promise<webcrypto.CryptoKey>>();
  const cipherKey = (version: number): Promise<webcrypto.CryptoKey> => {
    const encoded = config.encryptionKeys[version];
    if (encoded === undefined) throw new Error(`no card encryption key of version ${version}`);
    return remembered(cipherKeys, version, () =>
      crypto.subtle.importKey("raw", fromBase64(encoded), "AES-GCM", false, ["encrypt", "decrypt"]),
    );
  };
  const mac = macWith();
  return {
    seal: async (organizationId, cardId, number) => {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
      const sealed = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv, additionalData: utf8(cardId) },
        await cipherKey(active),
        utf8(number),
      );
      return {
        numberCiphertext: toHex(iv) + toHex(new Uint8Array(sealed)),
        numberKeyVersion: active,
        numberFingerprint: toHex(await mac(config.fingerprintKey, `${organizationId}:${number}`)),
      };
    },
    open: async (cardId, { numberCiphertext, numberKeyVersion }) => {
      const bytes = fromHex(numberCiphertext);
      const opened = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: bytes.slice(0, ivBytes), additionalData: utf8(cardId) },
        await cipherKey(numberKeyVersion),
        bytes.slice(ivBytes),
      );
      return new TextDecoder().decode(opened);
    },
    cvv: async (number, expMonth, expYear) => {
      const code = await mac(config.cvvKey, `${number}:${expMonth}:${expYear}`);
      // 48 bits, so that a thousand codes are as good as equally likely.
      const value = code.slice(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
      return String(value % 1_000).padStart(3, "0");
    },
    newNumber: () => numberInRange(config.numberRange, randomDigits(15)),
  };
};

const ivBytes = 12;

const macWith = () => {
  const keys = new Map<string, Promise<webcrypto.CryptoKey>>();
  return async (encoded: string, text: string): Promise<Uint8Array> => {
    const key = await remembered(keys, encoded, () =>
      crypto.subtle.importKey(
        "raw",
        fromBase64(encoded),
        { name: "HMAC", hash: "SHA-256" },
        false,
        ["sign"],
      ),
    );
    return new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(text)));
  };
};

const remembered = <Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value => {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
};

/** Uniform: bytes that would favour some digits are thrown away. */
const randomDigits = (count: number): string => {
  let digits = "";
  while (digits.length < count) {
    for (const byte of crypto.getRandomValues(new Uint8Array(count))) {
      if (byte < 250) digits += String(byte % 10);
    }
  }
  return digits.slice(0, count);
};

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
