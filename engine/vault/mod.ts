/** The vault: seal with a public key, open with the private one. @module */
export * from "./generate.ts";
export * from "./header.ts";
export * from "./keys.ts";
export * from "./open.ts";
export * from "./seal.ts";
