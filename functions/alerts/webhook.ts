/**
 * Webhooks after the Standard Webhooks specification: three headers, of which
 * one is an HMAC-SHA256 over id, time and body. Written on Web Crypto: it is
 * ten lines, and every receiver library of the specification verifies it.
 *
 * @see https://www.standardwebhooks.com
 * @module
 */
const PREFIX = "whsec_";
const encoder = new TextEncoder();

/**
 * Derives a webhook's key. Nothing is stored that could be read: the same
 * master key, channel and version give the same key.
 *
 * @returns 32 bytes.
 */
export async function deriveSecret(
  master: Uint8Array<ArrayBuffer>,
  channel: { readonly id: string; readonly secretVersion: number },
): Promise<Uint8Array<ArrayBuffer>> {
  return await hmac(
    master,
    `trellis webhook ${channel.id} ${channel.secretVersion}`,
  );
}

/** Writes a key as receivers' libraries take it: `whsec_…`. */
export function secretText(secret: Uint8Array): string {
  return PREFIX + secret.toBase64();
}

/**
 * Returns the headers of one sending.
 *
 * @param message.id The same at every repetition: receivers know it by that.
 * @param message.atSeconds When it is sent, Unix seconds.
 */
export async function signedHeaders(
  secret: Uint8Array<ArrayBuffer>,
  message: {
    readonly id: string;
    readonly atSeconds: number;
    readonly body: string;
  },
): Promise<Record<string, string>> {
  const { id, atSeconds, body } = message;
  const signature = await hmac(secret, `${id}.${atSeconds}.${body}`);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(atSeconds),
    "webhook-signature": `v1,${signature.toBase64()}`,
  };
}

async function hmac(
  key: Uint8Array<ArrayBuffer>,
  text: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, [
    "sign",
  ]);
  return new Uint8Array(
    await crypto.subtle.sign("HMAC", imported, encoder.encode(text)),
  );
}
