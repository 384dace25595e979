/** The header of a sealed text, readable without any key. @module */
import { VaultError } from "./keys.ts";

/** The protected header of a sealed text. */
export interface SealedHeader {
  readonly alg: string;
  readonly enc: string;
  readonly kid: string;
  readonly user: string;
  readonly key: string;
  readonly venue: string;
}

/**
 * Reads the protected header without opening; only opening authenticates it.
 *
 * @throws {VaultError} `malformed`.
 */
export function readHeader(sealed: string): SealedHeader {
  try {
    const [first = ""] = sealed.split(".", 1);
    const base64 = first.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isHeader(header)) return header;
  } catch {
    // Falls through: what it was given may be secret, so nothing of it is said.
  }
  throw new VaultError("malformed", "Cannot read sealed text: it is no JWE");
}

function isHeader(value: unknown): value is SealedHeader {
  if (typeof value !== "object" || value === null) return false;
  const names: readonly (keyof SealedHeader)[] = [
    "alg",
    "enc",
    "kid",
    "user",
    "key",
    "venue",
  ];
  return names.every((name) =>
    typeof (value as Record<string, unknown>)[name] === "string"
  );
}
