import { z } from "zod";
import type { Sql } from "./database.ts";

/** Where a key trades. */
export const venueSchema = z.enum(["bitget", "bitget_demo", "paper"]);

const exchangeKey = z.object({
  "id": z.string(),
  "user_id": z.string(),
  "venue": venueSchema,
  "exchange_uid": z.string(),
  "status": z.enum(["active", "invalid", "revoked"]),
  "sealed": z.string().nullable(),
});

/** An exchange key and its sealed credentials (JWE). */
export interface ExchangeKeyRow {
  readonly id: string;
  readonly userId: string;
  readonly venue: z.infer<typeof venueSchema>;
  /** As the exchange said when the key was stored. */
  readonly exchangeUid: string;
  readonly status: "active" | "invalid" | "revoked";
  /** Null when its secret is gone. */
  readonly sealed: string | null;
}

/** Returns the key, or null when there is none; by primary key. */
export async function loadExchangeKey(
  sql: Sql,
  exchangeKeyId: string,
): Promise<ExchangeKeyRow | null> {
  const [row] = await sql`
    select k.id, k.user_id, k.venue, k.exchange_uid, k.status, s.sealed
    from public.exchange_keys k
    left join private.exchange_key_secrets s on s.exchange_key_id = k.id
    where k.id = ${exchangeKeyId}`;
  if (row === undefined) return null;
  const r = exchangeKey.parse(row);
  return {
    id: r.id,
    userId: r.user_id,
    venue: r.venue,
    exchangeUid: r.exchange_uid,
    status: r.status,
    sealed: r.sealed,
  };
}
