/** Accounts: who the key is, money, modes, leverage, ledger. @module */
import {
  type Account,
  leverageOf,
  setLeverage,
  setPositionMode,
} from "@core/matching/mod.ts";
import { formatDecimal, RATE_SCALE } from "@core/matching/mod.ts";
import { ApiError, invalid, missing, toApiError } from "../api_error.ts";
import type { Market } from "../market.ts";
import { accountRow, billRow, billType } from "../wire/accounts.ts";
import type { WireObject } from "../wire/words.ts";
import {
  type Endpoint,
  privateGet,
  privatePost,
  type PrivateRequest,
} from "./endpoint.ts";
import { pageOf } from "./paging.ts";
import { PRODUCT_TYPE } from "./params.ts";

const READ = { perSecond: 10, permission: "read_account" } as const;
const SET = { perSecond: 5, permission: "trade" } as const;

function positionModeName(account: Account): string {
  return account.positionMode === "hedge" ? "hedge_mode" : "one_way_mode";
}

function singleAccount({ venue, params, account }: PrivateRequest): unknown {
  params.requireProduct();
  params.checkMarginCoin();
  const market = params.market(venue);
  const leverage = leverageOf(account, market.listing.instrument);
  return {
    ...accountRow(venue.exchange, account),
    crossedMarginLeverage: leverage,
    isolatedLongLever: leverage,
    isolatedShortLever: leverage,
    marginMode: "crossed",
    posMode: positionModeName(account),
  };
}

function changePositionMode(
  { venue, params, account }: PrivateRequest,
): unknown {
  params.requireProduct();
  const mode = params.choice("posMode", ["hedge_mode", "one_way_mode"]);
  if (mode === null) throw missing("posMode");
  const result = venue.run((exchange) =>
    setPositionMode(
      exchange,
      account.uid,
      mode === "hedge_mode" ? "hedge" : "one_way",
    )
  );
  if (result.kind === "refused") throw toApiError(result.reason);
  return { posMode: mode };
}

function leverageRow(account: Account, market: Market): WireObject {
  const leverage = String(leverageOf(account, market.listing.instrument));
  return {
    symbol: market.symbol,
    marginCoin: "USDT",
    longLeverage: leverage,
    shortLeverage: leverage,
    crossMarginLeverage: leverage,
    marginMode: "crossed",
  };
}

/** Only cross margin is modelled; changing it while something is open is refused as Bitget does. */
function changeMarginMode({ venue, params, account }: PrivateRequest): unknown {
  params.requireProduct();
  params.checkMarginCoin();
  const market = params.market(venue);
  const mode = params.choice("marginMode", ["crossed", "cross", "isolated"]);
  if (mode === null) throw missing("marginMode");
  if (mode === "isolated") {
    const isUsed = [...account.legs.values(), ...account.live.values()]
      .some((entry) => entry.symbol === market.symbol);
    if (isUsed) {
      throw new ApiError(
        "45117",
        "Currently holding positions or orders, the margin mode cannot be adjusted",
      );
    }
    throw new ApiError(
      "400172",
      "Parameter verification failed marginMode: the paper exchange has cross margin only",
    );
  }
  const { crossMarginLeverage: _, ...row } = leverageRow(account, market);
  return row;
}

function changeLeverage({ venue, params, account }: PrivateRequest): unknown {
  params.requireProduct();
  params.checkMarginCoin();
  const market = params.market(venue);
  params.choice("holdSide", ["long", "short"]);
  const text = params.optional("leverage") ?? params.optional("longLeverage") ??
    params.optional("shortLeverage");
  if (text === null) throw missing("leverage");
  if (!/^\d{1,4}$/.test(text)) throw invalid("leverage");
  const leverage = Number(text);
  const result = venue.run((exchange) =>
    setLeverage(exchange, account.uid, { symbol: market.symbol, leverage })
  );
  if (result.kind === "refused") throw toApiError(result.reason);
  return leverageRow(account, market);
}

function bills({ params, account, venue }: PrivateRequest): unknown {
  params.requireProduct();
  params.checkMarginCoin("coin");
  params.checkMarginCoin();
  const symbol = params.optionalSymbol(venue);
  const type = params.optional("businessType");
  const page = pageOf(account.bills, params, {
    id: (bill) => bill.billId,
    atMs: (bill) => bill.atMs,
    where: (bill) =>
      (symbol === null || bill.symbol === symbol) &&
      (type === null || billType(bill) === type),
    limitDefault: 20,
    limitMax: 100,
  });
  return {
    bills: page.entries.map((bill) => billRow(bill, null)),
    endId: page.endId,
  };
}

function tradeRate({ venue, params }: PrivateRequest): unknown {
  const { instrument } = params.market(venue).listing;
  params.choice("businessType", ["mix", "mix-contract", "spot", "margin"]);
  return {
    makerFeeRate: formatDecimal(instrument.makerFeeRate, RATE_SCALE),
    takerFeeRate: formatDecimal(instrument.takerFeeRate, RATE_SCALE),
  };
}

function identity({ key, account }: PrivateRequest): unknown {
  return {
    userId: account.uid,
    inviterId: "",
    ips: key.ips,
    authorities: key.authorities,
    parentId: 0,
    traderType: "not_trader",
    channelCode: "",
    channel: "",
    regisTime: String(key.createdAtMs),
  };
}

/** The account endpoints. */
export const ACCOUNT_ENDPOINTS: readonly Endpoint[] = [
  privateGet(
    "/api/v2/spot/account/info",
    { perSecond: 1, permission: "any" },
    identity,
  ),
  privateGet("/api/v2/mix/account/accounts", READ, (request) => {
    const { params, venue, account } = request;
    return params.productType() === PRODUCT_TYPE
      ? [accountRow(venue.exchange, account)]
      : [];
  }),
  privateGet("/api/v2/mix/account/account", READ, singleAccount),
  privatePost(
    "/api/v2/mix/account/set-position-mode",
    SET,
    changePositionMode,
  ),
  privatePost("/api/v2/mix/account/set-margin-mode", SET, changeMarginMode),
  privatePost("/api/v2/mix/account/set-leverage", SET, changeLeverage),
  privateGet("/api/v2/mix/account/bill", READ, bills),
  privateGet("/api/v2/common/trade-rate", READ, tradeRate),
  privateGet("/api/v3/account/settings", READ, () => {
    throw new ApiError(
      "40084",
      "You are in Classic Account mode, and the Unified Account API is not supported at this time",
    );
  }),
];
