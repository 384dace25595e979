/** Messages out of the outbox, parsed once. @module */
import { z } from "zod";

/** Ways to be told. */
export const ALERT_KINDS = ["email", "telegram", "webhook"] as const;
/** What to be told about. */
export const ALERT_TOPICS = [
  "fills",
  "fault",
  "stop",
  "margin",
  "grace",
] as const;

const instant = z.iso.datetime({ offset: true });
const payload = z.looseObject({
  code: z.string(),
  level: z.string(),
  message: z.string().optional(),
  at: instant.optional(),
  bot: z.object({ id: z.string(), name: z.string(), symbol: z.string() })
    .optional(),
  "grace_ends_at": instant.nullish(),
  count: z.int().optional(),
  from: instant.optional(),
  until: instant.optional(),
  symbols: z.array(z.object({
    symbol: z.string(),
    fills: z.int(),
    "realized_pnl": z.string().nullable(),
    fees: z.string().nullable(),
    unknown: z.int(),
  })).optional(),
});
const message = z.object({
  id: z.uuid(),
  attempt: z.int().positive(),
  topic: z.enum([...ALERT_TOPICS, "test"]),
  payload,
  "created_at": instant,
  channel: z.object({
    id: z.uuid(),
    kind: z.enum(ALERT_KINDS),
    target: z.string().nullable(),
    "secret_version": z.int(),
    "chat_id": z.string().nullable(),
  }),
  email: z.string().nullable(),
  locale: z.string(),
});

/**
 * What `claim_alerts()` answers. Each message is read for itself: one that a
 * hand in Studio has spoiled must not keep everybody else's from going.
 */
export const claimedMessages = z.array(
  z.looseObject({ id: z.uuid(), attempt: z.int().positive() }),
);
/** A message that was claimed, not read yet. */
export type ClaimedMessage = z.infer<typeof claimedMessages>[number];
/** A message that is to be sent now. */
export type AlertMessage = z.infer<typeof message>;

/** Reads a claimed message; null where it says nothing that could be sent. */
export function readMessage(claimed: ClaimedMessage): AlertMessage | null {
  return message.safeParse(claimed).data ?? null;
}

/** What it tells. */
export type AlertPayload = z.infer<typeof payload>;

/** What became of an attempt. */
export type Outcome =
  | { readonly kind: "sent" }
  | {
    readonly kind: "retry" | "dead" | "broken";
    /** Stable snake_case code for the user; never what a receiver answered. */
    readonly code: string;
    readonly retrySeconds?: number;
  };
