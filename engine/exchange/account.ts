import { assert, type Balance, type Log } from "@core/mod.ts";
import type { Position, VenueFill, VenueOrder } from "@core/mod.ts";
import { isGone, malformedError } from "./errors.ts";
import {
  readDecimal,
  readNumber,
  readRow,
  readRows,
  readText,
} from "./fields.ts";
import { cancelOrders, type OrderDesk, placeOrders } from "./orders.ts";
import { fetchNewestFirst } from "./paging.ts";
import {
  parseAccountSettings,
  parseIdentity,
  parsePosition,
  parseRestBalance,
} from "./parse.ts";
import { parseFill, parseRestOrder } from "./parse_orders.ts";
import { toVenueSymbol } from "./symbols.ts";
import {
  type AccountEvent,
  type CancelOutcome,
  type CancelRequest,
  type Credentials,
  type ExchangeAccount,
  ExchangeError,
  type KeyIdentity,
  type NewOrder,
  type PlaceOutcome,
  type Venue,
} from "./port.ts";
import { PrivateStream } from "./private_stream.ts";
import { marginParams, symbolParams } from "./requests.ts";
import type { RestSession } from "./rest.ts";
import type { BitgetVenue } from "./venue.ts";

const PRODUCT_TYPE = "USDT-FUTURES";
const FUNDING_BILLS = "contract_settle_fee";

/** Opens one exchange key's account; sends nothing yet. */
export function createBitgetAccount(
  options: {
    readonly venue: BitgetVenue;
    readonly credentials: Credentials;
    readonly log: Log;
  },
): ExchangeAccount {
  return new BitgetAccount(options);
}

class BitgetAccount implements ExchangeAccount {
  readonly #venue: BitgetVenue;
  readonly #rest: RestSession;
  readonly #stream: PrivateStream;
  readonly #desk: OrderDesk;

  constructor(
    options: {
      readonly venue: BitgetVenue;
      readonly credentials: Credentials;
      readonly log: Log;
    },
  ) {
    this.#venue = options.venue;
    this.#rest = options.venue.openSession(options.credentials);
    this.#stream = new PrivateStream(options);
    this.#desk = {
      rest: this.#rest,
      lookUp: async (symbol, clientOrderId) =>
        (await this.fetchOrder(symbol, clientOrderId))?.venueOrderId ?? null,
    };
  }

  get venue(): Venue {
    return this.#venue.venue;
  }

  get connected(): boolean {
    return this.#stream.connected;
  }

  get arrivesWithinMs(): number {
    return this.#venue.life.arrivesWithinMs;
  }

  async identify(): Promise<KeyIdentity> {
    return parseIdentity(
      readRow(await this.#rest.request("identity", {}), "identity"),
    );
  }

  async fetchPositionMode(symbol: string): Promise<"hedge" | "one_way"> {
    return (await this.#fetchSettings(symbol)).positionMode;
  }

  async setHedgeMode(): Promise<void> {
    await this.#set("setPositionMode", {
      productType: PRODUCT_TYPE,
      posMode: "hedge_mode",
    });
  }

  async setCrossMargin(symbol: string): Promise<void> {
    const { marginMode } = await this.#fetchSettings(symbol);
    if (marginMode === "crossed") return;
    await this.#set("setMarginMode", {
      ...marginParams(venueSymbolOf(symbol)),
      marginMode: "crossed",
    });
    const after = await this.#fetchSettings(symbol);
    if (after.marginMode !== "crossed") {
      throw notApplied("margin_mode", after.marginMode);
    }
  }

  async setLeverage(symbol: string, leverage: number): Promise<void> {
    assert(leverage >= 1, `Leverage must be ≥ 1, is ${leverage}`);
    const before = await this.#fetchSettings(symbol);
    if (before.crossLeverage === leverage) return;
    await this.#set("setLeverage", {
      ...marginParams(venueSymbolOf(symbol)),
      leverage: `${leverage}`,
    });
    const { crossLeverage } = await this.#fetchSettings(symbol);
    if (crossLeverage !== leverage) {
      throw notApplied("leverage", `${crossLeverage}`);
    }
  }

  async fetchBalance(coin: string): Promise<Balance> {
    const answer = await this.#rest.request("balances", {
      productType: PRODUCT_TYPE,
    });
    const balances = readRows(answer, "balances");
    const row = balances.find((row) => readText(row, "marginCoin") === coin);
    if (row !== undefined) return parseRestBalance(row);
    throw malformedError(`The account shows no balance in ${coin}`);
  }

  async fetchPositions(symbol: string): Promise<Position[]> {
    const answer = await this.#rest.request(
      "positions",
      marginParams(venueSymbolOf(symbol)),
    );
    return readRows(answer, "positions").map(parsePosition)
      .filter((position) => position.symbol === symbol);
  }

  async fetchOpenOrders(symbol: string): Promise<VenueOrder[]> {
    const rows = await fetchNewestFirst(this.#rest, {
      endpoint: "openOrders",
      params: symbolParams(venueSymbolOf(symbol)),
      list: "entrustedList",
      id: "orderId",
    });
    return rows.map(parseRestOrder).filter((order) => order.symbol === symbol);
  }

  async fetchOrder(
    symbol: string,
    clientOrderId: string,
  ): Promise<VenueOrder | null> {
    try {
      const answer = await this.#rest.request("order", {
        ...symbolParams(venueSymbolOf(symbol)),
        clientOid: clientOrderId,
      });
      return parseRestOrder(readRow(answer, "order"));
    } catch (error) {
      if (error instanceof ExchangeError && isGone(error)) return null;
      throw error;
    }
  }

  async fetchFills(symbol: string, sinceMs: number): Promise<VenueFill[]> {
    const rows = await this.#fetchSince(symbol, sinceMs, {
      endpoint: "fills",
      params: {},
      list: "fillList",
      id: "tradeId",
    });
    return rows.map(parseFill)
      .filter((fill) => fill.symbol === symbol && fill.filledAtMs >= sinceMs)
      .sort((a, b) =>
        a.filledAtMs - b.filledAtMs ||
        compareIds(a.venueTradeId, b.venueTradeId)
      );
  }

  async fetchFundingPayments(
    symbol: string,
    sinceMs: number,
  ): Promise<{ billId: string; amount: string; atMs: number }[]> {
    const rows = await this.#fetchSince(symbol, sinceMs, {
      endpoint: "bills",
      params: { businessType: FUNDING_BILLS },
      list: "bills",
      id: "billId",
    });
    return rows
      .filter((row) =>
        readText(row, "businessType") === FUNDING_BILLS &&
        readText(row, "symbol") === venueSymbolOf(symbol)
      )
      .map((row) => ({
        billId: readText(row, "billId"),
        amount: readDecimal(row, "amount"),
        atMs: readNumber(row, "cTime"),
      }))
      .filter((payment) => payment.atMs >= sinceMs)
      .sort((a, b) => a.atMs - b.atMs || compareIds(a.billId, b.billId));
  }

  async placeOrders(orders: readonly NewOrder[]): Promise<PlaceOutcome[]> {
    const [first] = orders;
    if (first === undefined) return [];
    const known = this.#venue.knownMarket(first.symbol);
    try {
      const market = known ?? await this.#venue.fetchMarket(first.symbol);
      return await placeOrders(this.#desk, market, orders);
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      // Only the market's rules were asked for: no order has left.
      return orders.map(({ clientOrderId }) => ({
        kind: "not_sent",
        clientOrderId,
        error,
      }));
    }
  }

  async cancelOrders(
    symbol: string,
    requests: readonly CancelRequest[],
  ): Promise<CancelOutcome[]> {
    return await cancelOrders(this.#desk, venueSymbolOf(symbol), requests);
  }

  listen(listener: (event: AccountEvent) => void): () => void {
    return this.#stream.listen(listener);
  }

  async close(): Promise<void> {
    this.#rest.close();
    await this.#stream.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #fetchSettings(
    symbol: string,
  ): Promise<ReturnType<typeof parseAccountSettings>> {
    return parseAccountSettings(
      await this.#rest.request(
        "accountSettings",
        marginParams(venueSymbolOf(symbol)),
      ),
    );
  }

  /** Bitget refuses a change to the value already set; that is no failure. */
  async #set(
    name: "setPositionMode" | "setMarginMode" | "setLeverage",
    params: Readonly<Record<string, string>>,
  ): Promise<void> {
    try {
      await this.#rest.request(name, params);
    } catch (error) {
      const unchanged = error instanceof ExchangeError &&
        error.reason === "setting_unchanged";
      if (!unchanged) throw error;
    }
  }

  async #fetchSince(
    symbol: string,
    sinceMs: number,
    source: Parameters<typeof fetchNewestFirst>[1],
  ): ReturnType<typeof fetchNewestFirst> {
    return await fetchNewestFirst(this.#rest, {
      ...source,
      params: { ...symbolParams(venueSymbolOf(symbol)), ...source.params },
      since: { sinceMs, nowMs: this.#venue.exchangeNowMs() },
    });
  }
}

function venueSymbolOf(symbol: string): string {
  const venueSymbol = toVenueSymbol(symbol);
  if (venueSymbol !== null) return venueSymbol;
  throw new ExchangeError(`"${symbol}" is no USDT perpetual`, {
    code: "unknown_symbol",
    kind: "rejected",
    reason: "unknown_symbol",
  });
}

function notApplied(setting: string, value: string): ExchangeError {
  return new ExchangeError(
    `The exchange accepted the new ${setting} and still shows ${value}`,
    { code: "not_applied", kind: "rejected", reason: `${setting}_not_applied` },
  );
}

/** Numeric ids of any length, ascending. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
