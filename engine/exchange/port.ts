/**
 * The exchange port: what the engine asks of an exchange, in our words. One
 * {@linkcode ExchangeAccount} serves every bot of one exchange key; one
 * {@linkcode MarketFeed} serves every account of one venue.
 *
 * Implementations: `ccxt_bitget.ts` (Bitget and the paper exchange). They
 * parse everything once, here; an unknown enum value is an error, a missing
 * number is null or an error, never zero. `conformance.ts` holds the cases
 * every implementation must pass.
 *
 * @module
 */
import type {
  Balance,
  Market,
  OrderSide,
  Position,
  PositionSide,
  Purpose,
  Quote,
  VenueFill,
  VenueOrder,
} from "@core/mod.ts";

/** Where a key trades. `paper` is the paper exchange of this installation. */
export type Venue = "bitget" | "bitget_demo" | "paper";

/** The secret parts of an exchange key; never logged, never stored open. */
export interface Credentials {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase: string;
}

/** Who a key is, as the exchange says in a signed call. */
export interface KeyIdentity {
  readonly exchangeUid: string;
  /** The exchange's own codes. */
  readonly permissions: readonly string[];
  readonly canTrade: boolean;
  readonly canWithdraw: boolean;
  readonly ipRestricted: boolean;
}

/** An order about to leave, its row already committed. */
export interface NewOrder {
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly positionSide: PositionSide;
  readonly orderSide: OrderSide;
  readonly purpose: Purpose;
  /** Null: market order. */
  readonly price: number | null;
  readonly size: number;
  readonly postOnly: boolean;
}

/**
 * How one order of a request ended. `unresolved`: sent, and whether it was
 * accepted is unknown; look it up by client order id, never send it again
 * blindly. `not_sent`: certain never to have left (limiter closed, refused
 * before the wire).
 */
export type PlaceOutcome =
  | {
    readonly kind: "accepted";
    readonly clientOrderId: string;
    readonly venueOrderId: string;
  }
  | {
    readonly kind: "rejected";
    readonly clientOrderId: string;
    readonly error: ExchangeError;
  }
  | {
    readonly kind: "unresolved" | "not_sent";
    readonly clientOrderId: string;
    readonly error: ExchangeError;
  };

/** How one cancellation ended; `gone` = no longer live, for whatever reason. */
export type CancelOutcome =
  | { readonly kind: "canceled" | "gone"; readonly clientOrderId: string }
  | {
    readonly kind: "unresolved";
    readonly clientOrderId: string;
    readonly error: ExchangeError;
  };

/** A cancellation: by our id where there is one. */
export interface CancelRequest {
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
}

/** What the private socket of an account tells. Hints to look; ordered by the exchange's clock. */
export type AccountEvent =
  | { readonly kind: "order"; readonly order: VenueOrder }
  | { readonly kind: "fill"; readonly fill: VenueFill }
  /** The full set of open positions: a leg not named is flat. */
  | { readonly kind: "positions"; readonly positions: readonly Position[] }
  | { readonly kind: "balance"; readonly balance: Balance }
  /** Logged in and subscribed; everything missed meanwhile must be fetched. */
  | { readonly kind: "connected" }
  | { readonly kind: "disconnected"; readonly reason: string };

/** The refusal of an exchange, classified by its own code. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  /** The exchange's code (`40762`), or ours (`timeout`, `network`). */
  readonly code: string;
  /**
   * `retryable`: try again later, nothing happened. `rejected`: this request
   * is wrong, the same one will be refused again. `fatal`: the key or account
   * cannot trade. `unresolved`: the outcome is unknown.
   */
  readonly kind: "retryable" | "rejected" | "fatal" | "unresolved";
  /** Stable reason in our words: `insufficient_margin`, `duplicate_client_order_id` … */
  readonly reason: string;
  /** Wait at least this long before the next try, ms; null where not said. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    options: {
      readonly code: string;
      readonly kind: ExchangeError["kind"];
      readonly reason: string;
      readonly retryAfterMs?: number | null;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.kind = options.kind;
    this.reason = options.reason;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/**
 * One exchange key's account. Every method may throw {@linkcode ExchangeError}
 * (`fetch…` and `set…` with any kind); `placeOrders` and `cancelOrders` answer
 * per order and throw only for programming errors.
 */
export interface ExchangeAccount extends AsyncDisposable {
  readonly venue: Venue;
  /** Whether the private socket is logged in, subscribed and answering pings. */
  readonly connected: boolean;
  /**
   * How long after a call of `placeOrders`, by whatever engine, its orders may
   * still arrive, ms. What the exchange does not know by then never will be.
   */
  readonly arrivesWithinMs: number;
  identify(): Promise<KeyIdentity>;
  /** Never changed without the trader's consent. */
  fetchPositionMode(symbol: string): Promise<"hedge" | "one_way">;
  setHedgeMode(): Promise<void>;
  setCrossMargin(symbol: string): Promise<void>;
  /** Sets and verifies both legs' leverage. */
  setLeverage(symbol: string, leverage: number): Promise<void>;
  fetchBalance(coin: string): Promise<Balance>;
  /** Full set; a leg not named is flat. */
  fetchPositions(symbol: string): Promise<Position[]>;
  /** All pages, also manual orders. */
  fetchOpenOrders(symbol: string): Promise<VenueOrder[]>;
  /** Null when the exchange does not know the id. */
  fetchOrder(
    symbol: string,
    clientOrderId: string,
  ): Promise<VenueOrder | null>;
  /** All pages, oldest first, from `sinceMs` (exchange clock) to now. */
  fetchFills(symbol: string, sinceMs: number): Promise<VenueFill[]>;
  /** Funding received > 0, paid < 0, as decimal text, oldest first. */
  fetchFundingPayments(
    symbol: string,
    sinceMs: number,
  ): Promise<
    {
      readonly billId: string;
      readonly amount: string;
      readonly atMs: number;
    }[]
  >;
  /** One symbol a call; split into batches inside. Outcomes in the order given. */
  placeOrders(orders: readonly NewOrder[]): Promise<PlaceOutcome[]>;
  cancelOrders(
    symbol: string,
    requests: readonly CancelRequest[],
  ): Promise<CancelOutcome[]>;
  /** Adds a listener; the first one opens the private socket. Returns its removal. */
  listen(listener: (event: AccountEvent) => void): () => void;
  close(): Promise<void>;
}

/** Public prices and contract rules of one venue, shared by all its accounts. */
export interface MarketFeed extends AsyncDisposable {
  /**
   * A market's rules, at most an hour old, or where they are doubted (an order
   * was refused for its step or size) at most seconds.
   *
   * @throws {ExchangeError} `rejected`, reason `unknown_symbol`.
   */
  fetchMarket(
    symbol: string,
    options?: { readonly isDoubted?: boolean },
  ): Promise<Market>;
  /** The newest quote, or null before the first one. */
  quote(symbol: string): Quote | null;
  /** Calls back on each new quote until the returned removal is called. */
  watch(symbol: string, listener: (quote: Quote) => void): () => void;
  close(): Promise<void>;
}
