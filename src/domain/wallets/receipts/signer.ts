/**
 * Signs what others should be able to prove without us: receipts and chain heads. Given by
 * the runtime, which holds the keys. Ed25519 (RFC 8032), as JWS with `EdDSA` (RFC 8037).
 */
export interface Signer {
  /** A compact JWS of the payload by the active key; `typ` says what is signed (RFC 7515). */
  sign(typ: string, payload: object): Promise<string>;
  /** The public halves of all keys, retired ones included: what they signed stays provable. */
  publicKeys(): Promise<readonly PublicKey[]>;
}

/** A JSON Web Key (RFC 7517) of an Ed25519 key. */
export interface PublicKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  /** The key's 32 bytes, base64url. */
  readonly x: string;
  readonly kid: string;
  readonly alg: "EdDSA";
  readonly use: "sig";
}
