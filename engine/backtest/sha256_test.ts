import assert from "node:assert/strict";
import fc from "fast-check";
import { Sha256 } from "./sha256.ts";

async function digestOf(bytes: Uint8Array): Promise<string> {
  const copy = Uint8Array.from(bytes);
  const digest = await crypto.subtle.digest("SHA-256", copy);
  return [...new Uint8Array(digest)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("Sha256 agrees with the platform, however the bytes are cut", async () => {
  await fc.assert(fc.asyncProperty(
    fc.uint8Array({ maxLength: 400 }),
    fc.array(fc.nat(400), { maxLength: 8 }),
    async (bytes, cuts) => {
      const hash = new Sha256();
      let from = 0;
      for (const to of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
        hash.update(bytes.subarray(from, Math.min(to, bytes.length)));
        from = Math.min(to, bytes.length);
      }
      assert.equal(hash.hex(), await digestOf(bytes));
    },
  ));
});

Deno.test("Sha256 meets the standard's examples", () => {
  const hexOf = (text: string) => {
    const hash = new Sha256();
    hash.update(new TextEncoder().encode(text));
    return hash.hex();
  };
  assert.equal(
    hexOf("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assert.equal(
    hexOf(""),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  assert.equal(
    hexOf("a".repeat(1_000_000)),
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
  );
});
