import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Credentials,
  generateVaultKeys,
  openCredentials,
  type OpenOptions,
  parseVaultPrivateKeys,
  parseVaultPublicKeys,
  readHeader,
  sealCredentials,
  VaultError,
} from "./mod.ts";

const ROW = {
  userId: "0f0e2c9e-8f63-4b6c-a0d2-06a3e8b4f3aa",
  exchangeKeyId: "6c1f6a9a-52a5-4d1f-8f6c-1c51b1ce2b02",
  venue: "bitget",
} as const;
const CREDENTIALS: Credentials = {
  apiKey: "bg_marker_key",
  apiSecret: "marker-secret",
  passphrase: "marker-passphrase",
};
const old = await generateVaultKeys();
const both = await generateVaultKeys(old.privateKeys);
const SEALED = await sealCredentials({
  ...ROW,
  credentials: CREDENTIALS,
  publicKeys: old.publicKeys,
});

/** Fails unless opening is refused with this code and without a secret. */
async function assertRefused(
  code: VaultError["code"],
  change: Partial<OpenOptions>,
): Promise<void> {
  const options = { ...ROW, sealed: SEALED, privateKeys: old.privateKeys };
  await assert.rejects(
    openCredentials({ ...options, ...change }),
    (error: unknown) => {
      assert.ok(error instanceof VaultError);
      assert.equal(error.code, code);
      const text = Deno.inspect(error, { depth: 9 }) + error.stack;
      for (const secret of Object.values(CREDENTIALS)) {
        assert.ok(!text.includes(secret));
      }
      for (const { d } of both.privateKeys.keys) assert.ok(!text.includes(d));
      assert.equal(error.cause, undefined);
      return true;
    },
  );
}

Deno.test("openCredentials() returns what was sealed, for any credentials and row", async () => {
  const text = fc.string({ minLength: 1, maxLength: 128, unit: "grapheme" });
  await fc.assert(
    fc.asyncProperty(
      fc.record({ apiKey: text, apiSecret: text, passphrase: text }),
      fc.uuid(),
      fc.uuid(),
      fc.constantFrom("bitget", "bitget_demo", "paper"),
      async (credentials, userId, exchangeKeyId, venue) => {
        const row = { userId, exchangeKeyId, venue } as const;
        const sealed = await sealCredentials({
          ...row,
          credentials,
          publicKeys: both.publicKeys,
        });
        const privateKeys = both.privateKeys;
        assert.deepEqual(
          await openCredentials({ ...row, sealed, privateKeys }),
          { ...credentials }, // records of fast-check have no prototype
        );
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("sealCredentials() seals the same credentials differently each time", async () => {
  const again = await sealCredentials({
    ...ROW,
    credentials: CREDENTIALS,
    publicKeys: old.publicKeys,
  });
  assert.notEqual(again, SEALED);
});

Deno.test("sealCredentials() names algorithm, key and row in the header and nothing secret", () => {
  assert.deepEqual({ ...readHeader(SEALED) }, {
    alg: "ECDH-ES",
    enc: "A256GCM",
    kid: old.publicKeys.keys[0]?.kid,
    user: ROW.userId,
    key: ROW.exchangeKeyId,
    venue: ROW.venue,
    epk: (readHeader(SEALED) as unknown as { epk: unknown }).epk,
  });
});

Deno.test("openCredentials() refuses a text moved to another row, user or venue", async () => {
  await assertRefused("row_mismatch", { exchangeKeyId: crypto.randomUUID() });
  await assertRefused("row_mismatch", { userId: crypto.randomUUID() });
  await assertRefused("row_mismatch", { venue: "bitget_demo" });
});

Deno.test("openCredentials() refuses a text whose header was rewritten for another row", async () => {
  const exchangeKeyId = crypto.randomUUID();
  const header = { ...readHeader(SEALED), key: exchangeKeyId };
  const [, ...rest] = SEALED.split(".");
  const sealed = [base64url(JSON.stringify(header)), ...rest].join(".");
  await assertRefused("not_authentic", { exchangeKeyId, sealed });
});

Deno.test("openCredentials() refuses an unknown kid", async () => {
  const other = await generateVaultKeys();
  await assertRefused("kid_unknown", { privateKeys: other.privateKeys });
});

Deno.test("openCredentials() refuses another key under the same kid", async () => {
  const [mine] = old.privateKeys.keys;
  const [foreign] = (await generateVaultKeys()).privateKeys.keys;
  assert.ok(mine !== undefined && foreign !== undefined);
  const privateKeys = { keys: [{ ...foreign, kid: mine.kid }] };
  await assertRefused("not_authentic", { privateKeys });
});

Deno.test("openCredentials() refuses a text cut short anywhere", async () => {
  for (let length = 0; length < SEALED.length; length += 1) {
    const sealed = SEALED.slice(0, length);
    await assert.rejects(
      openCredentials({ ...ROW, sealed, privateKeys: old.privateKeys }),
      VaultError,
    );
  }
});

Deno.test("openCredentials() refuses a text with any one character changed", async () => {
  const lastOfPart = new Set(
    [...SEALED].flatMap((_, i) =>
      SEALED[i + 1] === "." || i + 1 === SEALED.length ? [i] : []
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.nat(SEALED.length - 1),
      fc.constantFrom(..."AZaz09-_.!"),
      async (at, character) => {
        // The last character of a base64url part may carry unused bits.
        fc.pre(SEALED[at] !== character && !lastOfPart.has(at));
        const sealed = SEALED.slice(0, at) + character + SEALED.slice(at + 1);
        await assert.rejects(
          openCredentials({ ...ROW, sealed, privateKeys: old.privateKeys }),
          VaultError,
        );
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("openCredentials() refuses what is no sealed text of ours", async () => {
  const none = base64url(JSON.stringify({ ...readHeader(SEALED), alg: "dir" }));
  for (const sealed of ["", "x", "a.b.c.d.e", "....", `${none}....`]) {
    await assertRefused("malformed", { sealed });
  }
});

Deno.test("openCredentials() refuses sealed text that holds no credentials", async () => {
  const sealed = await sealCredentials({
    ...ROW,
    credentials: { ...CREDENTIALS, passphrase: "" },
    publicKeys: old.publicKeys,
  });
  await assertRefused("not_authentic", { sealed });
});

Deno.test("generateVaultKeys() puts a new key first and keeps the old ones opening", async () => {
  assert.equal(both.privateKeys.keys.length, 2);
  const privateKeys = both.privateKeys;
  assert.deepEqual(
    await openCredentials({ ...ROW, sealed: SEALED, privateKeys }),
    CREDENTIALS,
  );
  const resealed = await sealCredentials({
    ...ROW,
    credentials: CREDENTIALS,
    publicKeys: both.publicKeys,
  });
  assert.equal(readHeader(resealed).kid, both.publicKeys.keys[0]?.kid);
  assert.notEqual(readHeader(resealed).kid, readHeader(SEALED).kid);
});

Deno.test("parseVaultPublicKeys() refuses a set that carries a private part", () => {
  const text = JSON.stringify(both.privateKeys);
  assert.throws(() => parseVaultPublicKeys(text), {
    name: "VaultError",
    code: "keys_invalid",
  });
  assert.deepEqual(
    parseVaultPublicKeys(JSON.stringify(both.publicKeys)),
    both.publicKeys,
  );
});

Deno.test("parseVaultPrivateKeys() refuses broken sets without quoting them", () => {
  const [key] = old.privateKeys.keys;
  assert.ok(key !== undefined);
  const broken = [
    "",
    key.d,
    "{}",
    '{"keys":[]}',
    JSON.stringify(old.publicKeys),
    JSON.stringify({ keys: [key, key] }),
    JSON.stringify({ keys: [{ ...key, crv: "P-256" }] }),
    JSON.stringify({ keys: [{ ...key, d: key.d + "A" }] }),
  ];
  for (const text of broken) {
    assert.throws(() => parseVaultPrivateKeys(text), (error: unknown) => {
      assert.ok(error instanceof VaultError);
      assert.equal(error.code, "keys_invalid");
      assert.ok(!error.message.includes(key.d));
      return true;
    });
  }
  assert.deepEqual(
    parseVaultPrivateKeys(JSON.stringify(both.privateKeys)),
    both.privateKeys,
  );
});

function base64url(text: string): string {
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_")
    .replaceAll("=", "");
}
