/** The channels, and what a subscription names. @module */
import { isGranularity } from "../prices/candles.ts";

/** A subscription as the client wrote it: echoed in every push. */
export interface Subscription {
  readonly channel: string;
  /** A symbol, or `default` for all (private channels). */
  readonly instId: string;
  /** The client's own words, as JSON. */
  readonly argJson: string;
}

/** Channels that need a login. */
export const PRIVATE_CHANNELS: ReadonlySet<string> = new Set([
  "orders",
  "fill",
  "positions",
  "positions-history",
  "account",
]);

const PUBLIC_CHANNELS: ReadonlySet<string> = new Set([
  "ticker",
  "trade",
  "books",
  "books1",
  "books5",
  "books15",
]);

/** Tells whether a public channel of this name exists. */
export function isPublicChannel(channel: string): boolean {
  return PUBLIC_CHANNELS.has(channel) ||
    channel.startsWith("candle") && isGranularity(channel.slice(6));
}

/** Returns the key under which subscribers of the same thing are kept. */
export function topicOf(subscription: Subscription): string {
  return `${subscription.channel}:${subscription.instId}`;
}
