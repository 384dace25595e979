/** A client of a few lines for tests: signs, sends, answers what came. @module */
import { signText } from "../auth.ts";
import type { PaperAccount } from "../control.ts";

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly code: string;
  readonly msg: string;
  // deno-lint-ignore no-explicit-any -- tests look into answers of any shape
  readonly data: any;
}

/** How a request may deviate from the right one. */
export interface RawOptions {
  readonly query?: string;
  /** The query as it is signed, where it differs from the one sent. */
  readonly signedQuery?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timestampMs?: number;
  readonly signal?: AbortSignal;
}

/** Sends a signed request. */
export async function callSigned(
  url: string,
  account: PaperAccount,
  method: "GET" | "POST",
  path: string,
  options: RawOptions = {},
): Promise<RawAnswer> {
  const timestamp = String(options.timestampMs ?? Date.now());
  const query = options.query ?? "";
  const body = options.body === undefined ? "" : JSON.stringify(options.body);
  const signed = options.signedQuery ?? query;
  const text = timestamp + method + path + (signed === "" ? "" : `?${signed}`) +
    body;
  const response = await fetch(
    `${url}${path}${query === "" ? "" : `?${query}`}`,
    {
      method,
      headers: {
        "ACCESS-KEY": account.apiKey,
        "ACCESS-SIGN": signText(account.apiSecret, text),
        "ACCESS-TIMESTAMP": timestamp,
        "ACCESS-PASSPHRASE": account.passphrase,
        "content-type": "application/json",
        ...options.headers,
      },
      ...(method === "POST" ? { body } : {}),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );
  return await read(response);
}

/** Sends a public request. */
export async function callPublic(
  url: string,
  path: string,
): Promise<RawAnswer> {
  return await read(await fetch(url + path));
}

async function read(response: Response): Promise<RawAnswer> {
  const text = await response.text();
  try {
    return { ...JSON.parse(text) as RawAnswer, status: response.status };
  } catch {
    return { status: response.status, code: "", msg: text, data: null };
  }
}

/** An order body: opens 0.05 BNB long with a limit, changed as told. */
export function orderBody(
  change: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    symbol: "BNBUSDT",
    productType: "USDT-FUTURES",
    marginCoin: "USDT",
    marginMode: "crossed",
    side: "buy",
    tradeSide: "open",
    orderType: "limit",
    force: "gtc",
    price: "640",
    size: "0.05",
    ...change,
  };
}
