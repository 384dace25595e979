import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { deriveSecret, secretText, signedHeaders } from "./webhook.ts";

const MASTER = new Uint8Array(32).fill(7);
const CHANNEL = {
  id: "6f1c2d3e-0000-4000-8000-000000000001",
  secretVersion: 1,
};

Deno.test("signedHeaders() agrees with the example of the Standard Webhooks specification", async () => {
  const secret = Uint8Array.fromBase64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  const headers = await signedHeaders(secret, {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    atSeconds: 1_614_265_330,
    body: '{"test": 2432232314}',
  });
  assert.deepEqual(headers, {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

Deno.test("signedHeaders() is verified by another implementation, with the key as the user has it", async () => {
  const secret = await deriveSecret(MASTER, CHANNEL);
  const text = secretText(secret);
  assert.match(text, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const message = {
    id: "msg_1",
    atSeconds: 1_700_000_000,
    body: '{"é":"網格"}',
  };
  const headers = await signedHeaders(secret, message);
  const expected = createHmac(
    "sha256",
    Buffer.from(text.slice("whsec_".length), "base64"),
  ).update(`msg_1.1700000000.${message.body}`).digest("base64");
  assert.equal(headers["webhook-signature"], `v1,${expected}`);
});

Deno.test("deriveSecret() gives each channel and version its own key, always the same", async () => {
  const keys = await Promise.all([
    deriveSecret(MASTER, CHANNEL),
    deriveSecret(MASTER, { ...CHANNEL, secretVersion: 2 }),
    deriveSecret(MASTER, { ...CHANNEL, id: crypto.randomUUID() }),
    deriveSecret(new Uint8Array(32).fill(8), CHANNEL),
  ]);
  assert.equal(new Set(keys.map(secretText)).size, 4);
  assert.equal(
    secretText(await deriveSecret(MASTER, CHANNEL)),
    secretText(keys[0]),
  );
});
