/** What an endpoint is, and what it is given. @module */
import type { Account } from "@core/matching/mod.ts";
import type { Permission } from "../keys.ts";
import type { ApiKey } from "../keys.ts";
import type { Venue } from "../venue.ts";
import type { Params } from "./params.ts";

/** A request to a public endpoint. */
export interface PublicRequest {
  readonly venue: Venue;
  readonly params: Params;
  /** The wire's clock. */
  readonly atMs: number;
}

/** A request to a private endpoint, signed by a key of this account. */
export interface PrivateRequest extends PublicRequest {
  readonly key: ApiKey;
  readonly account: Account;
}

/** One endpoint. `perSecond`: requests a second per address (public) or UID (private). */
export type Endpoint =
  & {
    readonly method: "GET" | "POST";
    readonly path: string;
    readonly perSecond: number;
  }
  & (
    | {
      readonly access: "public";
      readonly handle: (request: PublicRequest) => unknown;
    }
    | {
      readonly access: "private";
      readonly permission: Permission;
      readonly handle: (request: PrivateRequest) => unknown;
    }
  );

/** Returns a public GET endpoint. */
export function publicGet(
  path: string,
  handle: (request: PublicRequest) => unknown,
): Endpoint {
  return { method: "GET", path, perSecond: 20, access: "public", handle };
}

/** Returns a private GET endpoint. */
export function privateGet(
  path: string,
  terms: { readonly perSecond: number; readonly permission: Permission },
  handle: (request: PrivateRequest) => unknown,
): Endpoint {
  return { method: "GET", path, access: "private", ...terms, handle };
}

/** Returns a private POST endpoint. */
export function privatePost(
  path: string,
  terms: { readonly perSecond: number; readonly permission: Permission },
  handle: (request: PrivateRequest) => unknown,
): Endpoint {
  return { method: "POST", path, access: "private", ...terms, handle };
}
