import { startPaper } from "@engine/paper/mod.ts";
import { createBitgetAccount } from "./account.ts";
import { type Clock, createSystemClock } from "./clock.ts";
import type { Controls } from "./conformance.ts";
import { CONFORMANCE_CASES } from "./conformance_cases.ts";
import { createBitgetFeed } from "./feed.ts";
import { createTestLog } from "./fixtures.ts";
import { venueUrls } from "./urls.ts";
import { createBitgetVenue } from "./venue.ts";

const SYMBOL = "BNB/USDT:USDT";
const VENUE_SYMBOL = "BNBUSDT";
/** Deadlines of 5 s after 1 s: the cases wait for some of them. */
const HASTE = 5;

function createHastyClock(): Clock {
  const clock = createSystemClock();
  return {
    nowMs: clock.nowMs,
    after: (delayMs, callback) => clock.after(delayMs / HASTE, callback),
  };
}

type Paper = Awaited<ReturnType<typeof startPaper>>;

function controlsOf({ control }: Paper, uid: string): Controls {
  const once = { uid, times: 1 } as const;
  return {
    setPrice: (price) => control.setPrice(VENUE_SYMBOL, price),
    limitLiquidity: (sizePerStep) =>
      void control.addFault({
        kind: "liquidity",
        symbol: VENUE_SYMBOL,
        sizePerStep,
        times: 1,
      }),
    failNext(path, fault) {
      control.addFault(
        fault === "accept_then_5xx"
          ? { kind: "server_error", accepts: true, path, ...once }
          : { kind: fault, path, ...once },
      );
    },
    rejectCrossingPostOnly: () =>
      void control.addFault({ kind: "reject_crossing_post_only" }),
    kickSockets: () => void control.kickSockets(),
    mutePongs: () => void control.addFault({ kind: "mute_pongs" }),
    duplicatePushes: () => void control.addFault({ kind: "duplicate_pushes" }),
    settleFunding(rate) {
      control.setFundingRate(VENUE_SYMBOL, rate);
      control.settleFunding(VENUE_SYMBOL);
    },
    clearFaults: () => void control.clearFaults(),
    tradeIds: () => control.books(uid).fills.map((fill) => `${fill.tradeId}`),
  };
}

for (const { name, run } of CONFORMANCE_CASES) {
  Deno.test(`BitgetAccount on paper ${name}`, async () => {
    await using paper = await startPaper({
      port: 0,
      prices: "synthetic:1",
      isPaused: true,
    });
    const { uid, ...credentials } = paper.control.createAccount({
      balance: "100000",
    });
    const log = createTestLog();
    const venue = createBitgetVenue({
      venue: "paper",
      urls: venueUrls("paper", paper.url),
      clock: createHastyClock(),
      random: () => 0.5,
      log,
    });
    await using feed = createBitgetFeed({ venue, log });
    await using account = createBitgetAccount({ venue, credentials, log });
    await run({
      symbol: SYMBOL,
      account,
      feed,
      controls: controlsOf(paper, uid),
    });
  });
}
