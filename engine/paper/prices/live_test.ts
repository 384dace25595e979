/** Live prices, taken from another paper exchange: the wire is the same. */
import assert from "node:assert/strict";
import { startPaper } from "../mod.ts";
import { PaperFailure } from "../failure.ts";
import { startStill } from "../testing/start.ts";
import { waitUntil } from "../testing/wait_until.ts";

Deno.test("LivePrices lists Bitget's rules, loads history and follows trades", async () => {
  await using upstream = await startStill();
  await using paper = await startPaper({
    port: 0,
    prices: "bitget",
    symbols: ["BNBUSDT", "BTCUSDT"],
    liveUrls: { rest: upstream.url, ws: `${upstream.wsUrl}/v2/ws/public` },
  });
  assert.equal(paper.control.price("BNBUSDT"), 650);
  const contracts = async (url: string) => {
    const path = "/api/v2/mix/market/contracts?productType=USDT-FUTURES";
    const response = await fetch(url + path);
    const { data } = await response.json();
    return data.filter((row: { symbol: string }) => row.symbol === "BTCUSDT");
  };
  assert.deepEqual(await contracts(paper.url), await contracts(upstream.url));
  await waitUntil(
    () => upstream.control.state().subscriptions === 4,
    "subscribed upstream",
  );
  upstream.control.setFundingRate("BNBUSDT", "0.0003");
  upstream.control.resume();
  upstream.control.pause();
  upstream.control.step(180_000);
  const last = upstream.control.price("BNBUSDT");
  assert.notEqual(last, 650);
  await waitUntil(() => paper.control.price("BNBUSDT") === last, "same price");
  await waitUntil(
    () => paper.control.state().symbols[0]?.fundingRate === "0.0003",
    "same funding rate",
  );
  upstream.control.kickSockets();
  await waitUntil(
    () => upstream.control.state().subscriptions === 4,
    "subscribed again",
  );
});

Deno.test("LivePrices says which symbol Bitget does not list", async () => {
  await using upstream = await startStill();
  await assert.rejects(
    startPaper({
      port: 0,
      prices: "bitget",
      symbols: ["NOPEUSDT"],
      liveUrls: { rest: upstream.url, ws: `${upstream.wsUrl}/v2/ws/public` },
    }),
    /Cannot play "NOPEUSDT"/,
  );
});

/** Answers every request in this way while `body` runs. */
async function withAnswer(
  answer: () => Response,
  body: (url: string) => Promise<void>,
): Promise<void> {
  const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
  await using server = Deno.serve(options, answer);
  await body(`http://127.0.0.1:${server.addr.port}`);
}

function startLive(rest: string): Promise<unknown> {
  const liveUrls = { rest, ws: "ws://127.0.0.1:9" };
  return startPaper({ port: 0, prices: "bitget", liveUrls });
}

Deno.test("LivePrices says in words that Bitget cannot be reached or read", async () => {
  const answers: readonly [() => Response, RegExp][] = [
    [() => new Response("<html>Blocked</html>"), /is no answer of Bitget's/],
    [() => new Response("no", { status: 403 }), /status 403/],
    [() => Response.json({ code: "45001", data: null }), /code 45001/],
    [() => Response.json({ hello: 1 }), /is no answer of Bitget's/],
  ];
  for (const [answer, words] of answers) {
    await withAnswer(
      answer,
      (url) =>
        assert.rejects(startLive(url), (error) => {
          assert.ok(error instanceof PaperFailure, String(error));
          assert.match(error.message, words);
          assert.match(error.message, /--prices synthetic:1/);
          return true;
        }),
    );
  }
  // Nobody listens there.
  await assert.rejects(startLive("http://127.0.0.1:9"), (error) => {
    assert.ok(error instanceof PaperFailure, String(error));
    assert.match(error.message, /^Cannot fetch Bitget's prices from http:/);
    return true;
  });
});
