/**
 * The floor's program: hears a fill, posts an order. See `floor_process.ts`.
 *
 *     deno run -A engine/bench/floor_main.ts PAPER_URL ACCOUNTS_JSON
 *
 * It keeps one order an account: a long's entry below, once that has filled
 * its exit above, once that has filled the entry again. Nothing is recorded,
 * nothing checked, no state kept but which of the two comes next.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import { z } from "zod";
import { FLOOR_HIGH, FLOOR_LOW } from "./floor_process.ts";

const SIZE = "20";
const account = z.object({
  apiKey: z.string(),
  apiSecret: z.string(),
  passphrase: z.string(),
  venueSymbol: z.string(),
});
type Account = z.infer<typeof account>;

function sign({ apiSecret }: Account, text: string): string {
  return createHmac("sha256", apiSecret).update(text).digest("base64");
}

async function post(
  url: string,
  by: Account,
  [path, params]: readonly [string, Readonly<Record<string, string>>],
): Promise<void> {
  const timestamp = `${Date.now()}`;
  const body = JSON.stringify(params);
  const answer = await fetch(url + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "ACCESS-KEY": by.apiKey,
      "ACCESS-SIGN": sign(by, `${timestamp}POST${path}${body}`),
      "ACCESS-TIMESTAMP": timestamp,
      "ACCESS-PASSPHRASE": by.passphrase,
    },
    body,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${text}`);
}

/** Returns when the account listens and rests its first order. */
function trade(url: string, by: Account): Promise<void> {
  let isHeld = false;
  const place = () =>
    post(url, by, ["/api/v2/mix/order/place-order", {
      symbol: by.venueSymbol,
      productType: "USDT-FUTURES",
      marginCoin: "USDT",
      marginMode: "crossed",
      size: SIZE,
      price: `${isHeld ? FLOOR_HIGH : FLOOR_LOW}`,
      side: "buy",
      tradeSide: isHeld ? "close" : "open",
      orderType: "limit",
      force: "post_only",
    }]);
  const socket = new WebSocket(`${url.replace("http", "ws")}/v2/ws/private`);
  const ready = Promise.withResolvers<void>();
  const begin = async () => {
    await post(url, by, ["/api/v2/mix/account/set-position-mode", {
      productType: "USDT-FUTURES",
      posMode: "hedge_mode",
    }]);
    await place();
  };
  socket.onopen = () => {
    const timestamp = `${Math.floor(Date.now() / 1_000)}`;
    socket.send(JSON.stringify({
      op: "login",
      args: [{
        apiKey: by.apiKey,
        passphrase: by.passphrase,
        timestamp,
        sign: sign(by, `${timestamp}GET/user/verify`),
      }],
    }));
  };
  socket.onmessage = ({ data }) => {
    if (data === "pong") return;
    const message = JSON.parse(String(data));
    if (message.event === "login") {
      socket.send(JSON.stringify({
        op: "subscribe",
        args: [{
          instType: "USDT-FUTURES",
          channel: "fill",
          instId: "default",
        }],
      }));
    } else if (message.event === "subscribe") {
      begin().then(ready.resolve, ready.reject);
    } else if (message.arg?.channel === "fill" && message.data?.length > 0) {
      isHeld = !isHeld;
      place().catch((error: unknown) => {
        throw error;
      });
    }
  };
  setInterval(() => socket.send("ping"), 20_000);
  return ready.promise;
}

const [url = "", accounts = "[]"] = Deno.args;
for (const one of z.array(account).parse(JSON.parse(accounts))) {
  await trade(url, one);
}
await Deno.stdout.write(new TextEncoder().encode("ready\n"));
