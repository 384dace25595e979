/**
 * How often a user, and an address, may call. Edge functions keep no memory
 * between calls and run in many places at once, so the count is kept in
 * Postgres: one short statement a request, see
 * `private.rate_limits` in supabase/migrations.
 *
 * @module
 */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Context } from "hono";
import { z } from "zod";
import { callRpc } from "./database.ts";
import type { Environment } from "./env.ts";
import { ApiError } from "./errors.ts";
import { serviceClient } from "./service.ts";

/** So many calls within so many seconds, refilled evenly. */
export interface Limit {
  readonly calls: number;
  readonly seconds: number;
}

/** What each kind of call allows a user. */
export const USER_LIMITS = {
  /** Each try is a signed call to the exchange. */
  keys: { calls: 20, seconds: 300 },
  /** The form asks for a preview while the trader types. */
  preview: { calls: 120, seconds: 60 },
  /** A host name is looked up, a message sent. */
  alerts: { calls: 30, seconds: 60 },
  write: { calls: 240, seconds: 60 },
  read: { calls: 240, seconds: 60 },
} as const satisfies Record<string, Limit>;

/** The kinds of calls. */
export type LimitedAction = keyof typeof USER_LIMITS;

/** Everybody behind one address together; also those who are nobody. */
const ADDRESS_LIMIT: Limit = { calls: 1_200, seconds: 60 };

/** Counts calls. */
export class RateLimiter {
  readonly #db: SupabaseClient;

  constructor(env: Environment) {
    this.#db = serviceClient(env);
  }

  /**
   * Takes one call from the user and one from the address.
   *
   * @param who A null user is a caller who could not say who he is.
   * @throws {ApiError} `rate_limited` with the seconds to wait.
   */
  async take(
    who: { readonly userId: string | null; readonly address: string | null },
    action: LimitedAction,
  ): Promise<void> {
    const buckets: { key: string; calls: number; seconds: number }[] = [];
    if (who.userId !== null) {
      buckets.push({
        key: `user:${who.userId}:${action}`,
        ...USER_LIMITS[action],
      });
    }
    if (who.address !== null) {
      buckets.push({ key: `address:${who.address}`, ...ADDRESS_LIMIT });
    }
    if (buckets.length === 0) return;
    const wait = await callRpc(this.#db, {
      name: "take_rate_limit",
      args: { buckets },
      answer: z.number(),
    });
    if (wait <= 0) return;
    const seconds = Math.ceil(wait);
    throw new ApiError("rate_limited", {
      message: `Too many requests. Try again in ${seconds} ${
        seconds === 1 ? "second" : "seconds"
      }.`,
      retryAfterSeconds: seconds,
    });
  }
}

/**
 * Returns the caller's address as the gateway tells it, of IPv6 the network of
 * 64 bits that one subscriber has; null without one.
 */
export function addressOf(c: Context): string | null {
  const forwarded = c.req.header("x-forwarded-for")?.split(",")[0]?.trim();
  const address = c.req.header("cf-connecting-ip") ?? forwarded ?? "";
  if (!/^[0-9a-fA-F.:]{2,45}$/.test(address)) return null;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  return mapped ?? (address.includes(":") ? networkOf(address) : address);
}

/** `2001:db8::1` → `2001:db8:0:0::/64`. */
function networkOf(address: string): string {
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array(Math.max(0, gap)).fill("0"), ...after];
  const network = all.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ""));
  return `${network.join(":")}::/64`;
}
