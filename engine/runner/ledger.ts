/**
 * What a runner leaves its successor so that it need not believe whatever the
 * exchange shows first: REST may be a minute behind, and one leg opened twice
 * costs money. Committed with the strategy's state, in the same row.
 *
 * A leg's size = its base + what each order that is not folded has filled. An
 * order is folded into the base when its end and final size are known; its row
 * is finished only after that is durable. So a successor adds up: base + what
 * the rows of unfinished orders say, raised by what the exchange says of them,
 * + others' fills since. Where a snapshot of the exchange comes to the same,
 * two sources agree, and the bot goes on at once.
 *
 * @module
 */
import { z } from "zod";
import {
  isFinished,
  isOpening,
  POSITION_SIDES,
  type PositionSide,
} from "@core/mod.ts";
import type { OrderRow } from "@engine/store/port.ts";
import type { BookOrder } from "./book_order.ts";
import type { OrderBook } from "./order_book.ts";
import type { PositionBook } from "./position_book.ts";

/** How many folded orders are named: their rows may not be finished yet. */
const FOLDED_MAX = 16;

const size = z.number().nullable();

const LedgerSchema = z.object({
  /** Base, without what orders not folded have filled; null: in doubt. */
  long: size,
  short: size,
  /** Others' fills up to here are in it; exchange clock, epoch ms. */
  othersUntilMs: z.number(),
  /** By client order id: how much of an order is folded, base. */
  folded: z.record(z.string(), z.number()),
  /**
   * By client order id: orders nobody knew of that the exchange could not
   * cancel, and when it said so, epoch ms. Their rows are open until REST must
   * show whether they traded; their slots are not.
   */
  over: z.record(z.string(), z.number()).default({}),
});

/** See the module's description. */
export type Ledger = z.infer<typeof LedgerSchema>;

/** Parts a stored state into the strategy's and the ledger; null: there is none. */
export function splitState(
  stored: unknown,
): { readonly state: unknown; readonly ledger: Ledger | null } {
  if (typeof stored !== "object" || stored === null || !("ledger" in stored)) {
    return { state: stored, ledger: null };
  }
  const { ledger, ...state } = stored;
  return {
    state: Object.keys(state).length === 0 ? null : state,
    ledger: LedgerSchema.safeParse(ledger).data ?? null,
  };
}

/** What of an order's row is in the ledger already, base. */
export function foldedSize(
  ledger: Ledger | null,
  row: Pick<OrderRow, "clientOrderId">,
): number {
  return ledger?.folded[row.clientOrderId] ?? 0;
}

/** Begins the positions where the runner before left them. */
export function resumePositions(
  positions: PositionBook,
  { ledger, rows, nowMs }: {
    readonly ledger: Ledger;
    readonly rows: readonly OrderRow[];
    readonly nowMs: number;
  },
): void {
  for (const side of POSITION_SIDES) {
    const base = ledger[side];
    const open = rows.filter((row) =>
      row.positionSide === side && !isFinished(row.status)
    );
    const filled = open.reduce(
      (sum, row) =>
        sum +
        signOf(row) * Math.max(0, row.filledSize - foldedSize(ledger, row)),
      0,
    );
    positions.resume(side, base === null ? null : base + filled, nowMs);
  }
}

/** Keeps the ledger of a runner, and puts it beside the strategy's state. */
export class LedgerKeeper {
  readonly #orders: OrderBook;
  readonly #positions: PositionBook;
  readonly #folded = new Map<string, number>();
  #othersUntilMs: number;
  #ledger: Ledger | null = null;
  #durable: { readonly state: unknown; readonly whole: unknown } | null = null;

  constructor(
    orders: OrderBook,
    positions: PositionBook,
    othersUntilMs: number,
  ) {
    this.#orders = orders;
    this.#positions = positions;
    this.#othersUntilMs = othersUntilMs;
  }

  /** Others' fills up to here are counted; exchange clock, epoch ms. */
  get othersUntilMs(): number {
    return this.#othersUntilMs;
  }

  /** Another's fill was counted. */
  countOther(filledAtMs: number): void {
    this.#othersUntilMs = Math.max(this.#othersUntilMs, filledAtMs);
  }

  /** An order's end and final size are known. */
  fold({ clientOrderId, filledSize }: BookOrder): void {
    if (filledSize === 0) return;
    this.#folded.delete(clientOrderId);
    this.#folded.set(clientOrderId, filledSize);
    if (this.#folded.size <= FOLDED_MAX) return;
    const [oldest] = this.#folded.keys();
    if (oldest !== undefined) this.#folded.delete(oldest);
  }

  /** The state with the ledger in it: the same object while nothing changed. */
  stateWith(state: unknown): unknown {
    if (this.#positions.isUnknown) return state;
    const ledger = this.#current();
    const isSame = this.#durable !== null && ledger === this.#ledger &&
      this.#durable.state === state;
    if (isSame && this.#durable !== null) return this.#durable.whole;
    this.#ledger = ledger;
    const own = typeof state === "object" && state !== null ? state : {};
    this.#durable = { state, whole: { ...own, ledger } };
    return this.#durable.whole;
  }

  /** The ledger of the moment; the same object while it says the same. */
  #current(): Ledger {
    const [long, short] = [this.#baseOf("long"), this.#baseOf("short")];
    const before = this.#ledger;
    const folded = Object.fromEntries(this.#folded);
    const over = Object.fromEntries(
      this.#orders.untold.flatMap((order) =>
        order.status === "canceled" && order.overAtMs !== null
          ? [[order.clientOrderId, order.overAtMs]]
          : []
      ),
    );
    if (
      before !== null && before.long === long && before.short === short &&
      before.othersUntilMs === this.#othersUntilMs &&
      isSame(before.folded, folded) && isSame(before.over, over)
    ) return before;
    return {
      long,
      short,
      othersUntilMs: this.#othersUntilMs,
      folded,
      over,
    };
  }

  #baseOf(side: PositionSide): number | null {
    const size = this.#positions.certainSize(side);
    if (size === null) return null;
    const filled = this.#orders.untold.filter((order) =>
      order.positionSide === side
    ).reduce((sum, order) => sum + signOf(order) * order.filledSize, 0);
    return Number((size - filled).toPrecision(12));
  }
}

function isSame(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): boolean {
  const ids = Object.keys(a);
  return ids.length === Object.keys(b).length &&
    ids.every((id) => a[id] === b[id]);
}

function signOf(order: Pick<OrderRow, "purpose">): 1 | -1 {
  return isOpening(order.purpose) ? 1 : -1;
}
