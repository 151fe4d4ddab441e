import { generateKeyPairSync } from "node:crypto";
import { createLocalJWKSet, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { receiptSigningKeys } from "./config.ts";
import { createSigner } from "./signer.ts";

const newKey = (): string =>
  generateKeyPairSync("ed25519")
    .privateKey.export({ type: "pkcs8", format: "der" })
    .toString("base64");

const first = newKey();
const tenth = newKey();
const keySet = async (signer: ReturnType<typeof createSigner>) =>
  createLocalJWKSet({ keys: [...(await signer.publicKeys())] });

test("what is signed is checked by jose with the published key, and names it", async () => {
  const signer = createSigner({ 1: first });
  const jws = await signer.sign("test+jwt", { iss: "purser", text: "Zoë ≠ 10 €" });
  const { payload, protectedHeader } = await jwtVerify(jws, await keySet(signer));
  expect(payload).toEqual({ iss: "purser", text: "Zoë ≠ 10 €" });
  expect(protectedHeader).toEqual({ alg: "EdDSA", kid: "1", typ: "test+jwt" });
});

test("a changed payload is not what was signed", async () => {
  const signer = createSigner({ 1: first });
  const [header, , signature] = (await signer.sign("test+jwt", { amount: 1 })).split(".");
  const forged = Buffer.from(JSON.stringify({ amount: 2 })).toString("base64url");
  await expect(jwtVerify(`${header}.${forged}.${signature}`, await keySet(signer))).rejects.toThrow(
    /signature verification failed/,
  );
});

test("the highest version signs, by its number, and what a retired one signed stays good", async () => {
  const before = await createSigner({ 2: first }).sign("test+jwt", { by: "old" });
  const rotated = createSigner({ 10: tenth, 2: first });
  const after = await rotated.sign("test+jwt", { by: "new" });
  const keys = await keySet(rotated);
  expect((await jwtVerify(before, keys)).protectedHeader.kid).toBe("2");
  expect((await jwtVerify(after, keys)).protectedHeader.kid).toBe("10");
  const alone = await keySet(createSigner({ 2: first }));
  await expect(jwtVerify(after, alone)).rejects.toThrow();
});

test("nothing private is published", async () => {
  const [key] = await createSigner({ 1: first }).publicKeys();
  expect(Object.keys(key ?? {}).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
});

test.each([
  ["no JSON", "MC4C"],
  ["no key", "{}"],
  ["a key of another kind", JSON.stringify({ 1: Buffer.alloc(32).toString("base64") })],
  ["a version that is no number", JSON.stringify({ "2026-11": first })],
])("the configuration refuses %s", (_, text) => {
  expect(receiptSigningKeys.safeParse(text).success).toBe(false);
});

test("the configuration takes keys by version", () => {
  const keys = { 1: first, 10: tenth };
  expect(receiptSigningKeys.parse(JSON.stringify(keys))).toEqual(keys);
});
