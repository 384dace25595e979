import type { Topic } from "./subscriptions.ts";

/** A data frame. */
export interface Push {
  readonly channel: string;
  readonly rows: readonly unknown[];
}

/** What a text from the exchange may hold. */
export interface Frame {
  readonly event?: unknown;
  readonly code?: unknown;
  readonly msg?: unknown;
  readonly arg?: unknown;
  readonly data?: unknown;
}

/** Returns a frame, or null where the text is none. */
export function parseFrame(text: string): Frame | null {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === "object" && frame !== null ? frame : null;
  } catch {
    return null;
  }
}

/** Tells whether a frame's argument names a topic. */
export function isTopic(arg: unknown): arg is Topic {
  return typeof arg === "object" && arg !== null && "channel" in arg &&
    typeof arg.channel === "string";
}
