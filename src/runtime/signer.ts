import type { webcrypto } from "node:crypto";
import type { PublicKey, Signer } from "../domain/wallets/receipts/signer.ts";

/** By version, base64 of PKCS #8; the highest signs, all are published. */
export type SigningKeys = Readonly<Record<string, string>>;

/** Ed25519 by WebCrypto, which Node, Deno and workerd have alike. */
export const createSigner = (keys: SigningKeys): Signer => {
  const versions = Object.keys(keys).sort((a, b) => Number(a) - Number(b));
  const active = versions.at(-1);
  if (active === undefined) throw new Error("a signer needs a key");
  let imported: Promise<webcrypto.CryptoKey> | undefined;
  let published: Promise<readonly PublicKey[]> | undefined;
  return {
    sign: async (typ, payload) => {
      imported ??= privateKey(keys[active] ?? "", false);
      const header = { alg: "EdDSA", kid: active, typ };
      const signed = `${base64url(json(header))}.${base64url(json(payload))}`;
      const signature = await crypto.subtle.sign(algorithm, await imported, utf8(signed));
      return `${signed}.${base64url(new Uint8Array(signature))}`;
    },
    publicKeys: () => {
      published ??= Promise.all(versions.map((kid) => publicKey(kid, keys[kid] ?? "")));
      return published;
    },
  };
};

/** The payload of a JWS of this type that one of these keys signed; else `undefined`. */
export const openSigned = async (
  keys: readonly PublicKey[],
  typ: string,
  jws: string,
): Promise<unknown> => {
  const [header = "", payload = "", signature = "", ...more] = jws.split(".");
  try {
    const said = JSON.parse(text(header)) as { alg?: string; kid?: string; typ?: string };
    const key = keys.find(({ kid }) => kid === said.kid);
    if (!key || said.alg !== "EdDSA" || said.typ !== typ || more.length > 0) return undefined;
    const { kty, crv, x } = key;
    const imported = await crypto.subtle.importKey("jwk", { kty, crv, x }, algorithm, false, [
      "verify",
    ]);
    const bytes = fromBase64url(signature);
    const good = await crypto.subtle.verify(
      algorithm,
      imported,
      bytes,
      utf8(`${header}.${payload}`),
    );
    return good ? (JSON.parse(text(payload)) as unknown) : undefined;
  } catch {
    return undefined;
  }
};

const algorithm = { name: "Ed25519" };

const privateKey = (encoded: string, extractable: boolean): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey("pkcs8", fromBase64(encoded), algorithm, extractable, ["sign"]);

const publicKey = async (kid: string, encoded: string): Promise<PublicKey> => {
  // WebCrypto has no way from a private key to its public one but the JWK that holds both.
  const { x } = await crypto.subtle.exportKey("jwk", await privateKey(encoded, true));
  if (!x) throw new Error("the platform exports no public key");
  return { kty: "OKP", crv: "Ed25519", x, kid, alg: "EdDSA", use: "sig" };
};

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const json = (value: object): Uint8Array<ArrayBuffer> => utf8(JSON.stringify(value));

const fromBase64 = (encoded: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));

const base64url = (bytes: Uint8Array): string => {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const fromBase64url = (encoded: string): Uint8Array<ArrayBuffer> =>
  fromBase64(encoded.replaceAll("-", "+").replaceAll("_", "/"));

const text = (encoded: string): string => new TextDecoder().decode(fromBase64url(encoded));
