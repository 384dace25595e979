/**
 * Every Bitget endpoint we call, with its limit. Figures: Bitget's
 * documentation where it gives one (place-order 10/s, batch 5/s, account info
 * 1/s, public 20/s an IP), otherwise 20/s divided by ccxt's cost.
 *
 * @module
 */

/** One endpoint of Bitget's v2 REST interface. */
export interface Endpoint {
  readonly method: "GET" | "POST";
  /** ccxt's section: chooses the base URL. */
  readonly section: "mix" | "spot" | "common";
  /** Below `/api/`. */
  readonly path: string;
  /** Needs a key; its limit then counts per UID, otherwise per IP. */
  readonly signed: boolean;
  readonly perSecond: number;
  /** Whether an unanswered request may have changed something. */
  readonly effect: "read" | "write";
  /** Whether its signature is dated back, see `order_life.ts`. */
  readonly isShortLived?: boolean;
}

function read(path: string, perSecond: number): Endpoint {
  return {
    method: "GET",
    section: path.startsWith("v2/mix") ? "mix" : "spot",
    path,
    signed: true,
    perSecond,
    effect: "read",
  };
}

function write(path: string, perSecond: number): Endpoint {
  return { ...read(path, perSecond), method: "POST", effect: "write" };
}

function shortLived(endpoint: Endpoint): Endpoint {
  return { ...endpoint, isShortLived: true };
}

function open(path: string): Endpoint {
  return { ...read(path, 20), signed: false };
}

/** All endpoints in use, by our name. */
export const ENDPOINTS = {
  time: { ...open("v2/public/time"), section: "common" },
  contracts: open("v2/mix/market/contracts"),
  positionTiers: {
    ...open("v2/mix/market/query-position-lever"),
    perSecond: 10,
  },
  ticker: open("v2/mix/market/ticker"),
  identity: shortLived(read("v2/spot/account/info", 1)),
  accountSettings: read("v2/mix/account/account", 10),
  balances: read("v2/mix/account/accounts", 10),
  bills: read("v2/mix/account/bill", 10),
  positions: read("v2/mix/position/single-position", 10),
  openOrders: read("v2/mix/order/orders-pending", 10),
  order: read("v2/mix/order/detail", 10),
  fills: read("v2/mix/order/fills", 10),
  setPositionMode: write("v2/mix/account/set-position-mode", 5),
  setMarginMode: write("v2/mix/account/set-margin-mode", 5),
  setLeverage: write("v2/mix/account/set-leverage", 5),
  placeOrder: shortLived(write("v2/mix/order/place-order", 10)),
  placeOrders: shortLived(write("v2/mix/order/batch-place-order", 5)),
  cancelOrders: write("v2/mix/order/batch-cancel-orders", 10),
} as const satisfies Readonly<Record<string, Endpoint>>;

/** Our name of an endpoint. */
export type EndpointName = keyof typeof ENDPOINTS;
