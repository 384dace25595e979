/** Answers and pushes have the keys of recorded ones; recorded requests are understood. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { PaperAccount, PaperExchange } from "./mod.ts";
import { ENDPOINTS } from "./server.ts";
import { callPublic, callSigned, orderBody } from "./testing/raw_client.ts";
import { RawSocket } from "./testing/raw_socket.ts";
import { startStill } from "./testing/start.ts";

const SHARED = join(import.meta.dirname ?? ".", "../../../shared/bitget");

async function readShared<T>(name: string): Promise<T | null> {
  try {
    return JSON.parse(await Deno.readTextFile(join(SHARED, name))) as T;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

const SAMPLES = await readShared<Record<string, unknown>>(
  "classic-usdt-futures-samples.json",
);
const REQUESTS = await readShared<
  Record<string, readonly RecordedRequest[]>
>("requests-ccxt-4.5.84.json");

interface RecordedRequest {
  readonly signed: boolean;
  readonly method: "GET" | "POST";
  readonly target: string;
  readonly body?: Record<string, unknown>;
}

/** A skipped test says why in its name: the recordings lie beside the project, not in it. */
function recorded(
  name: string,
  isThere: boolean,
  run: () => Promise<void>,
): void {
  const reason = isThere ? "" : " (skipped: ../shared/bitget is absent)";
  Deno.test({ name: name + reason, ignore: !isThere, fn: run });
}

/** Key paths of a value; of a list, those of its first entry. Empty lists and nulls end a path. */
function keysOf(value: unknown, prefix = ""): string[] {
  if (Array.isArray(value)) return keysOf(value[0], `${prefix}[]`);
  if (typeof value !== "object" || value === null) return [prefix];
  return Object.entries(value).flatMap(([key, entry]) =>
    keysOf(entry, `${prefix}.${key}`)
  );
}

function assertKeys(name: string, actual: unknown, sample: unknown): void {
  const present = new Set(keysOf(actual));
  const missing = keysOf(sample).filter((key) =>
    ![...present].some((path) =>
      path === key || path.startsWith(`${key}.`) ||
      path.startsWith(`${key}[`)
    )
  );
  assert.deepEqual(missing, [], `${name} lacks keys of the recorded one`);
}

/** Queries for the endpoints among the samples. */
const QUERIES: Readonly<Record<string, string>> = {
  "bill": "&businessType=contract_settle_fee",
  "account": "&symbol=BNBUSDT&marginCoin=USDT",
  "all-position": "&marginCoin=USDT",
  "history-fund-rate": "&symbol=BNBUSDT",
  "detail": "&symbol=BNBUSDT&clientOid=live",
};

async function bustle(
  paper: PaperExchange,
  account: PaperAccount,
): Promise<void> {
  const orders = [
    { orderType: "market", size: "0.2", clientOid: "opened" },
    { orderType: "market", tradeSide: "close", size: "0.1" },
    { side: "sell", orderType: "market", size: "0.1" },
    { side: "sell", orderType: "market", tradeSide: "close", size: "0.1" },
    { clientOid: "live" },
  ];
  for (const change of orders) {
    await post(paper, account, "order/place-order", orderBody(change));
  }
  paper.control.settleFunding("BNBUSDT");
}

function post(
  paper: PaperExchange,
  account: PaperAccount,
  path: string,
  body: unknown,
): ReturnType<typeof callSigned> {
  return callSigned(paper.url, account, "POST", `/api/v2/mix/${path}`, {
    body,
  });
}

recorded("GET answers have the recorded keys", SAMPLES !== null, async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  await bustle(paper, account);
  for (const [name, sample] of Object.entries(SAMPLES ?? {})) {
    const [, path] = /^GET (\S+)/.exec(name) ?? [];
    if (path === undefined) continue;
    const isRow = name.endsWith("(row)");
    const last = path.split("/").at(-1) ?? "";
    const query = "productType=USDT-FUTURES" +
      (QUERIES[last] ?? "&symbol=BNBUSDT");
    const isPublic = ENDPOINTS.some((endpoint) =>
      endpoint.path === path && endpoint.access === "public"
    );
    const answer = isPublic
      ? await callPublic(paper.url, `${path}?${query}`)
      : await callSigned(paper.url, account, "GET", path, { query });
    assert.equal(answer.code, "00000", `${name}: ${answer.msg}`);
    assertKeys(name, isRow ? answer.data[0] : answer, sample);
  }
});

recorded("POST answers have the recorded keys", SAMPLES !== null, async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  const base = {
    symbol: "BNBUSDT",
    productType: "USDT-FUTURES",
    marginCoin: "USDT",
  };
  const bodies: Readonly<Record<string, unknown>> = {
    "account/set-position-mode": { ...base, posMode: "hedge_mode" },
    "account/set-margin-mode": { ...base, marginMode: "crossed" },
    "account/set-leverage": { ...base, leverage: "20" },
    "order/batch-place-order": {
      ...base,
      orderList: [
        orderBody({ clientOid: "a" }),
        orderBody({ clientOid: "b", price: "400", size: "0.01" }),
        orderBody({ clientOid: "c" }),
      ],
    },
    "order/modify-order": {
      ...base,
      clientOid: "a",
      newClientOid: "a2",
      newPrice: "641",
      newSize: "0.06",
    },
    "order/cancel-order": { ...base, clientOid: "a2" },
    "order/batch-cancel-orders": {
      ...base,
      orderIdList: [{ clientOid: "c" }],
    },
  };
  for (const [path, body] of Object.entries(bodies)) {
    const answer = await post(paper, account, path, body);
    assert.equal(answer.code, "00000", `${path}: ${answer.msg}`);
    const name = `POST /api/v2/mix/${path}`;
    assertKeys(name, answer, SAMPLES?.[name]);
  }
  const tested = Object.keys(SAMPLES ?? {}).filter((n) => n.startsWith("POST"));
  assert.equal(tested.length, Object.keys(bodies).length);
});

recorded("pushes have the recorded keys", SAMPLES !== null, async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  await using socket = await RawSocket.login(paper.wsUrl, account);
  const channels = ["orders", "fill", "positions", "account"];
  for (const channel of channels) await socket.subscribe(channel);
  for (const channel of ["ticker", "candle1m", "books5"]) {
    await socket.subscribe(channel, "BNBUSDT");
    const name = channel === "ticker"
      ? "WS ticker (contract)"
      : `WS ${channel}`;
    assertKeys(name, await socket.push(channel), SAMPLES?.[name]);
  }
  await bustle(paper, account);
  const orders = (kind: string) =>
    `WS orders (${kind}) [hand-transcribed from the comment in parseWsOrder]`;
  const order = (status: string) =>
    socket.next((frame) =>
      frame.arg?.channel === "orders" && frame.data?.[0]?.status === status
    );
  assertKeys("orders", await order("live"), SAMPLES?.[orders("live")]);
  assertKeys("orders", await order("filled"), SAMPLES?.[orders("fill")]);
  assertKeys("fill", await socket.push("fill"), SAMPLES?.["WS fill"]);
  const positions = await socket.next((frame) =>
    frame.arg?.channel === "positions" && frame.data?.length > 0
  );
  assertKeys("positions", positions.data[0], SAMPLES?.["WS positions"]);
  assertKeys("account", await socket.push("account"), SAMPLES?.["WS account"]);
});

recorded(
  "every classic request ccxt sends has its endpoint",
  REQUESTS !== null,
  async () => {
    await using paper = await startStill();
    const account = paper.control.createAccount();
    const known = new Set(ENDPOINTS.map((e) => `${e.method} ${e.path}`));
    for (const [name, requests] of Object.entries(REQUESTS ?? {})) {
      for (const { method, target, signed, body } of requests) {
        const [path = "", query = ""] = target.split("?");
        if (path.startsWith("/api/v3/")) continue;
        assert.ok(known.has(`${method} ${path}`), `${name}: ${method} ${path}`);
        const answer = signed
          ? await callSigned(paper.url, account, method, path, { query, body })
          : await callPublic(paper.url, target);
        assert.ok(
          answer.status < 500,
          `${name}: ${answer.status} ${answer.msg}`,
        );
        assert.match(answer.code, /^\d+$/, name);
      }
    }
  },
);
