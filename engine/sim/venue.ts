/**
 * The exchange of a simulation: the exchange model, which alone is the truth,
 * and what may be seen of it from outside. It keeps how it looked at every
 * moment, because REST may show it as it was a while ago.
 *
 * @module
 */
import type { Balance, Position, VenueFill, VenueOrder } from "@core/mod.ts";
import {
  type Account,
  accountOf,
  createExchange,
  type Exchange,
  listInstrument,
  movePrice,
  openAccount,
  takeChanges,
  toMoney,
} from "@core/matching/mod.ts";
import type { AccountEvent } from "@engine/exchange/port.ts";
import {
  toBalance,
  toPositions,
  toVenueFill,
  toVenueOrder,
} from "@engine/runner/testing/venue_view.ts";
import {
  BASES,
  createMarket,
  fromUnits,
  type SimMarket,
  toUnits,
} from "./markets.ts";
import type { Timeline } from "./timeline.ts";

/** The one account. */
export const UID = "1000000001";
/** Where both markets begin, quote per base. */
export const FIRST_PRICE = 650;

/** How the account looked from some moment on. */
interface View {
  readonly atMs: number;
  readonly orders: readonly VenueOrder[];
  readonly positions: readonly Position[];
  readonly balance: Balance;
}

/** See the module's description. */
export class SimVenue {
  readonly model: Exchange = createExchange();
  readonly account: Account;
  /** As they are now: their rules may change. */
  readonly markets: SimMarket[] = BASES.map((base) => createMarket(base));
  /** Size that may trade in one tick, base; null is unlimited. */
  liquidity: number | null = null;
  /** The key has been revoked: every signed request is refused. */
  isKeyRevoked = false;
  /** Raised with each change of the books. */
  changes = 0;
  readonly #timeline: Timeline;
  readonly #views: View[] = [];
  readonly #orders = new Map<string, VenueOrder[]>();
  readonly #fills: VenueFill[] = [];
  readonly #fees = new Map<string, string>();
  readonly #listeners = new Set<(events: readonly AccountEvent[]) => void>();

  constructor(
    timeline: Timeline,
    options: { readonly balance: string },
  ) {
    this.#timeline = timeline;
    for (const { instrument } of this.markets) {
      listInstrument(this.model, instrument);
      movePrice(this.model, {
        symbol: instrument.symbol,
        to: toUnits(FIRST_PRICE),
        atMs: timeline.nowMs,
      });
    }
    this.account = openAccount(this.model, {
      uid: UID,
      balance: toMoney(options.balance),
      positionMode: "hedge",
    }, timeline.nowMs);
    this.run(() => {});
  }

  /** Carries a command out on the model and tells who listens. */
  run<T>(command: (model: Exchange, atMs: number) => T): T {
    const result = command(this.model, this.#timeline.nowMs);
    this.#tell();
    return result;
  }

  /** Prices are multiples of so many hundredths from now on. */
  changeTick(venueSymbol: string, priceStep: number): void {
    const index = this.markets.findIndex(({ instrument }) =>
      instrument.symbol === venueSymbol
    );
    const base = BASES[index];
    if (base === undefined) throw new TypeError(`No market ${venueSymbol}`);
    const changed = createMarket(base, priceStep);
    this.markets[index] = changed;
    listInstrument(this.model, changed.instrument);
  }

  /** Moves a market's price in one straight piece. */
  tick(venueSymbol: string, price: number): void {
    this.run((model, atMs) =>
      movePrice(model, {
        symbol: venueSymbol,
        to: toUnits(price),
        atMs,
        liquidity: this.liquidity === null ? null : toUnits(this.liquidity),
      })
    );
  }

  /** Returns a leg's size now, base. */
  sizeOf(venueSymbol: string, positionSide: "long" | "short"): number {
    const leg = this.account.legs.get(`${venueSymbol}:${positionSide}`);
    return fromUnits(leg?.size ?? 0);
  }

  /** What a trade cost, as the exchange's text; null: there is no such trade. */
  feeOf(venueTradeId: string): string | null {
    return this.#fees.get(venueTradeId) ?? null;
  }

  /** Hears of everything that changes, as it changes. */
  listen(listener: (events: readonly AccountEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Open orders of a market as they were. */
  ordersAt(symbol: string, atMs: number): VenueOrder[] {
    return this.#viewAt(atMs).orders.filter((o) => o.symbol === symbol);
  }

  /** Positions of a market as they were. */
  positionsAt(symbol: string, atMs: number): Position[] {
    return this.#viewAt(atMs).positions.filter((p) => p.symbol === symbol);
  }

  /** Money as it was. */
  balanceAt(atMs: number): Balance {
    return this.#viewAt(atMs).balance;
  }

  /** An order as it was; null where it was not known yet. */
  orderAt(clientOrderId: string, atMs: number): VenueOrder | null {
    const states = this.#orders.get(clientOrderId) ?? [];
    return states.findLast((order) => order.updatedAtMs <= atMs) ?? null;
  }

  /** Fills of a market from one moment to another. */
  fillsAt(
    symbol: string,
    range: { readonly sinceMs: number; readonly atMs: number },
  ): VenueFill[] {
    return this.#fills.filter((fill) =>
      fill.symbol === symbol && fill.filledAtMs >= range.sinceMs &&
      fill.filledAtMs <= range.atMs
    ).map((fill) => ({ ...fill, clientOrderId: null }));
  }

  #viewAt(atMs: number): View {
    const view = this.#views.findLast((view) => view.atMs <= atMs) ??
      this.#views[0];
    if (view === undefined) throw new Error("The exchange was never seen");
    return view;
  }

  #tell(): void {
    const changes = takeChanges(this.model);
    if (changes.length === 0) return;
    this.changes++;
    const account = accountOf(this.model, UID);
    const events: AccountEvent[] = [];
    for (const change of changes) {
      if (change.kind !== "order") continue;
      const order = toVenueOrder(change.order);
      this.#remember(order);
      events.push({ kind: "order", order });
      if (change.fill === null) continue;
      const fill = toVenueFill(change.fill);
      this.#fills.push(fill);
      this.#fees.set(fill.venueTradeId, fill.fee ?? "");
      events.push({ kind: "fill", fill });
    }
    const view: View = {
      atMs: this.#timeline.nowMs,
      orders: [...account.live.values()].map(toVenueOrder),
      positions: toPositions(this.model, account),
      balance: toBalance(this.model, account),
    };
    this.#views.push(view);
    events.push({ kind: "positions", positions: view.positions });
    events.push({ kind: "balance", balance: view.balance });
    for (const listener of this.#listeners) listener(events);
  }

  #remember(order: VenueOrder): void {
    const states = this.#orders.get(order.clientOrderId ?? "") ?? [];
    states.push(order);
    this.#orders.set(order.clientOrderId ?? "", states);
  }
}
