/**
 * Fault switches: what can be made to go wrong on purpose. Requests meet the
 * first matching request fault; pushes meet every matching push fault.
 *
 * @module
 */
import { z } from "zod";

const MATCH = {
  /** Only requests whose path contains this text. */
  path: z.string().optional(),
  uid: z.string().optional(),
  /** Ends after so many times; without it, lasts until cleared. */
  times: z.int().positive().optional(),
  /** Strikes with this probability; 1 unless said. */
  probability: z.number().min(0).max(1).default(1),
} as const;

const CHANNEL = { channel: z.string().optional() } as const;

/** The faults and their fields; `kind` says which. */
export const FAULT_SCHEMA = z.discriminatedUnion("kind", [
  /** HTTP 429, nothing happens. */
  z.strictObject({ kind: z.literal("throttle"), ...MATCH }),
  /** HTTP 5xx with an HTML page; nothing happens, or (`accepts`) it does. */
  z.strictObject({
    kind: z.literal("server_error"),
    status: z.int().min(500).max(599).default(502),
    accepts: z.boolean().default(false),
    ...MATCH,
  }),
  /** The request is carried out and never answered. */
  z.strictObject({ kind: z.literal("accept_then_timeout"), ...MATCH }),
  /** The request is neither carried out nor answered. */
  z.strictObject({ kind: z.literal("timeout"), ...MATCH }),
  /** Carried out, answered late. */
  z.strictObject({
    kind: z.literal("slow"),
    delayMs: z.int().positive(),
    ...MATCH,
  }),
  /** Refused with any of Bitget's codes, carried out all the same where `accepts`. */
  z.strictObject({
    kind: z.literal("refuse"),
    code: z.string(),
    message: z.string().default("refused by a fault switch"),
    accepts: z.boolean().default(false),
    ...MATCH,
  }),
  /** One order is refused, alone or as a leg of a batch. */
  z.strictObject({
    kind: z.literal("refuse_order"),
    code: z.string(),
    message: z.string().default("refused by a fault switch"),
    ...MATCH,
  }),
  z.strictObject({
    kind: z.literal("delay_pushes"),
    delayMs: z.int().positive(),
    ...MATCH,
    ...CHANNEL,
  }),
  z.strictObject({
    kind: z.literal("duplicate_pushes"),
    ...MATCH,
    ...CHANNEL,
  }),
  z.strictObject({ kind: z.literal("drop_pushes"), ...MATCH, ...CHANNEL }),
  /** Pings stay unanswered. */
  z.strictObject({ kind: z.literal("mute_pongs"), ...MATCH }),
  /** New sockets are refused with HTTP 503. */
  z.strictObject({ kind: z.literal("refuse_sockets"), ...MATCH }),
  /** The exchange's clock is off by this much, signed. */
  z.strictObject({ kind: z.literal("clock_skew"), skewMs: z.int(), ...MATCH }),
  /** Every post-only order is accepted and canceled at once. */
  z.strictObject({ kind: z.literal("cancel_post_only"), ...MATCH }),
  /** A post-only order that would cross is refused instead of canceled. */
  z.strictObject({
    kind: z.literal("reject_crossing_post_only"),
    code: z.string().default("40930"),
    ...MATCH,
  }),
  /** Market closes that overlap resting closes are refused, as Bitget did before. */
  z.strictObject({ kind: z.literal("refuse_overlapping_close"), ...MATCH }),
  /** At most this much trades in one step of the price, base units as text. */
  z.strictObject({
    kind: z.literal("liquidity"),
    symbol: z.string(),
    sizePerStep: z.string(),
    ...MATCH,
  }),
]);

/** One fault as it was asked for. */
export type Fault = z.infer<typeof FAULT_SCHEMA>;
/** A fault as one writes it, defaults left out. */
export type FaultInput = z.input<typeof FAULT_SCHEMA>;

interface Armed {
  readonly id: string;
  readonly fault: Fault;
  left: number;
}

/** What a fault may strike. */
export interface FaultTarget {
  readonly path?: string;
  readonly uid?: string | null;
  readonly channel?: string;
  readonly symbol?: string;
}

/** The faults that are switched on. */
export class FaultBoard {
  readonly #random: () => number;
  #armed: Armed[] = [];
  #lastId = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Switches a fault on. @returns Its id. */
  add(input: FaultInput): string {
    const fault = FAULT_SCHEMA.parse(input);
    const id = String(++this.#lastId);
    this.#armed.push({ id, fault, left: fault.times ?? Infinity });
    return id;
  }

  /** Switches one fault off, or all. @returns How many went. */
  clear(id?: string): number {
    const before = this.#armed.length;
    this.#armed = id === undefined
      ? []
      : this.#armed.filter((armed) => armed.id !== id);
    return before - this.#armed.length;
  }

  list(): { readonly id: string; readonly fault: Fault }[] {
    return this.#armed.map(({ id, fault }) => ({ id, fault }));
  }

  /** Returns the first armed fault of these kinds that strikes, and counts it. */
  strike<K extends Fault["kind"]>(
    kinds: readonly K[],
    target: FaultTarget = {},
  ): Extract<Fault, { kind: K }> | null {
    if (this.#armed.length === 0) return null;
    for (const armed of this.#armed) {
      if (!isOneOf(armed.fault, kinds) || !matches(armed.fault, target)) {
        continue;
      }
      if (this.#random() >= armed.fault.probability) continue;
      if (--armed.left <= 0) {
        this.#armed = this.#armed.filter((other) => other !== armed);
      }
      return armed.fault;
    }
    return null;
  }
}

function isOneOf<K extends Fault["kind"]>(
  fault: Fault,
  kinds: readonly K[],
): fault is Extract<Fault, { kind: K }> {
  return (kinds as readonly string[]).includes(fault.kind);
}

function matches(fault: Fault, target: FaultTarget): boolean {
  if (fault.path !== undefined && !target.path?.includes(fault.path)) {
    return false;
  }
  if (fault.uid !== undefined && fault.uid !== target.uid) return false;
  if (
    "channel" in fault && fault.channel !== undefined &&
    fault.channel !== target.channel
  ) return false;
  return !("symbol" in fault) || fault.symbol === target.symbol;
}
