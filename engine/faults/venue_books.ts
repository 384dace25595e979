/**
 * An account's books as its owner reads them: by signed calls to the
 * exchange's public REST, page by page.
 *
 * @module
 */
import { z } from "zod";
import type { PaperAccount } from "../paper/control.ts";
import { callSigned } from "../paper/testing/raw_client.ts";

const PAGE = 100;
const PAGES_MAX = 200;
const CALLS_MAX = 100;
const BUSY_MS = 120;

const ms = z.coerce.number();
const order = z.object({
  symbol: z.string(),
  orderId: z.string(),
  clientOid: z.string(),
  posSide: z.enum(["long", "short"]),
  tradeSide: z.string(),
  price: z.string(),
  size: z.string(),
  baseVolume: z.string(),
  status: z.string(),
  cTime: ms,
  uTime: ms,
});
const fill = z.object({
  symbol: z.string(),
  tradeId: z.string(),
  orderId: z.string(),
  clientOid: z.string(),
  side: z.enum(["buy", "sell"]),
  tradeSide: z.string(),
  price: z.string(),
  baseVolume: z.string(),
  profit: z.string(),
  tradeScope: z.string(),
  feeDetail: z.array(z.object({ feeCoin: z.string(), totalFee: z.string() })),
  cTime: ms,
});
const position = z.object({
  symbol: z.string(),
  holdSide: z.enum(["long", "short"]),
  total: z.string(),
});
const money = z.object({ marginCoin: z.string(), available: z.string() });
const bill = z.object({ businessType: z.string(), amount: z.string() });

/** An order as REST shows it. */
export type VenueOrderRow = z.infer<typeof order>;
/** A fill as REST shows it. */
export type VenueFillRow = z.infer<typeof fill>;

/** Everything about one account, as REST shows it. */
export interface VenueBooks {
  readonly open: readonly VenueOrderRow[];
  readonly finished: readonly VenueOrderRow[];
  readonly fills: readonly VenueFillRow[];
  readonly positions: readonly z.infer<typeof position>[];
  readonly bills: readonly z.infer<typeof bill>[];
  /** Decimal text, USDT. */
  readonly wallet: string;
}

/** Reads an account's books; waits where the account's rate limits say so. */
export async function readVenueBooks(
  url: string,
  account: PaperAccount,
): Promise<VenueBooks> {
  const pages = async <S extends z.ZodType>(
    path: string,
    options: { readonly list: string; readonly row: S },
  ): Promise<z.infer<S>[]> => {
    const rows: z.infer<S>[] = [];
    let cursor = "";
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const data = z.record(z.string(), z.unknown()).parse(
        await call(url, account, `${path}?limit=${PAGE}${cursor}`),
      );
      const fresh = z.array(options.row).parse(data[options.list] ?? []);
      rows.push(...fresh);
      if (fresh.length < PAGE) return rows;
      cursor = `&idLessThan=${data.endId}`;
    }
    throw new Error(`${path} has more than ${PAGES_MAX} pages`);
  };
  const orders = { list: "entrustedList", row: order };
  const open = await pages("/api/v2/mix/order/orders-pending", orders);
  const finished = await pages("/api/v2/mix/order/orders-history", orders);
  const fills = await pages("/api/v2/mix/order/fill-history", {
    list: "fillList",
    row: fill,
  });
  const bills = await pages("/api/v2/mix/account/bill", {
    list: "bills",
    row: bill,
  });
  const positions = z.array(position).parse(
    await call(
      url,
      account,
      "/api/v2/mix/position/all-position?marginCoin=USDT",
    ),
  );
  const [usdt] = z.array(money).parse(
    await call(url, account, "/api/v2/mix/account/accounts?"),
  );
  return {
    open,
    finished,
    fills,
    positions,
    bills,
    wallet: usdt?.available ?? "",
  };
}

async function call(
  url: string,
  account: PaperAccount,
  pathAndQuery: string,
): Promise<unknown> {
  const [path = "", given = ""] = pathAndQuery.split("?");
  const query = ["productType=USDT-FUTURES", ...given.split("&")]
    .filter((part) => part !== "").join("&");
  for (let calls = 0; calls < CALLS_MAX; calls += 1) {
    const answer = await callSigned(url, account, "GET", path, { query });
    if (answer.code === "00000") return answer.data;
    if (answer.status !== 429) {
      throw new Error(`${path}: ${answer.code} ${answer.msg}`);
    }
    await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
  }
  throw new Error(`${path}: too many requests, for too long`);
}
