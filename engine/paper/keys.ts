/** API keys of paper accounts. @module */

/** One API key and what it may do. */
export interface ApiKey {
  readonly uid: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase: string;
  /** Bitget's authority codes, as `account/info` lists them. */
  readonly authorities: readonly string[];
  /** Allowed addresses, comma separated; empty is any. */
  readonly ips: string;
  readonly isRevoked: boolean;
  readonly createdAtMs: number;
}

/** What a new key may do unless told otherwise: read and trade futures, read spot. */
export const DEFAULT_AUTHORITIES: readonly string[] = [
  "coor",
  "coow",
  "cpor",
  "cpow",
  "stor",
];

/** What a request needs the key to be allowed. */
export type Permission = "any" | "read_orders" | "read_account" | "trade";

/** Codes of which one suffices for a permission; the long forms are the documentation's example. */
const SUFFICIENT: Readonly<Record<Permission, readonly string[]>> = {
  any: [],
  "read_orders": ["coor", "coow", "trade", "readonly"],
  "read_account": ["cpor", "cpow", "coor", "coow", "trade", "readonly"],
  trade: ["coow", "trade"],
};

/** Tells whether a key may do something. */
export function isPermitted(key: ApiKey, permission: Permission): boolean {
  return permission === "any" ||
    SUFFICIENT[permission].some((code) => key.authorities.includes(code));
}

function randomHex(bytes: number): string {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(values, (n) => n.toString(16).padStart(2, "0")).join("");
}

/** Returns a new key with random parts. Its secret is shown once, on creation. */
export function createApiKey(options: {
  readonly uid: string;
  readonly authorities: readonly string[];
  readonly ips: string;
  readonly createdAtMs: number;
}): ApiKey {
  return {
    ...options,
    apiKey: `bg_${randomHex(16)}`,
    apiSecret: randomHex(32),
    passphrase: randomHex(8),
    isRevoked: false,
  };
}

/** Returns a new account number, ten digits that do not start with zero. */
export function createUid(): string {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return String(1 + high % 9) + String(low % 1_000_000_000).padStart(9, "0");
}
