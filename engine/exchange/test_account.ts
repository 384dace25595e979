import { createBitgetAccount } from "./account.ts";
import type { Clock } from "./clock.ts";
import { createTestLog, PAYLOADS, type TestLog, TIER } from "./fixtures.ts";
import type { ExchangeAccount } from "./port.ts";
import {
  envelope,
  type RecordedRequest,
  startStub,
  type StubServer,
} from "./stub_server.ts";
import { venueUrls } from "./urls.ts";
import { type BitgetVenue, createBitgetVenue } from "./venue.ts";

/** An account whose exchange is a stub; for tests. */
export interface TestAccount extends AsyncDisposable {
  readonly account: ExchangeAccount;
  readonly venue: BitgetVenue;
  readonly server: StubServer;
  readonly log: TestLog;
  /** Requests about orders and accounts, without those about market and time. */
  sent(): readonly RecordedRequest[];
}

/** Opens an account on a stub that knows BTC/USDT:USDT and asks the test for the rest. */
export async function openTestAccount(
  options: {
    readonly clock: Clock;
    readonly onRequest: (
      request: RecordedRequest,
    ) => Response | object | Promise<Response | object>;
    readonly onFrame?: (frame: string) => readonly string[];
    /** The exchange's clock, epoch ms; the same as ours unless given. */
    readonly nowMs?: () => number;
  },
): Promise<TestAccount> {
  const { onFrame } = options;
  const server = startStub({
    onRequest: (request) => {
      if (request.path.endsWith("/market/contracts")) {
        return envelope([PAYLOADS.contract]);
      }
      if (request.path.endsWith("/market/query-position-lever")) {
        return envelope([TIER]);
      }
      if (request.path.endsWith("/public/time")) {
        const nowMs = options.nowMs ?? options.clock.nowMs.bind(options.clock);
        return envelope({ serverTime: `${nowMs()}` });
      }
      return options.onRequest(request);
    },
    ...(onFrame === undefined ? {} : { onFrame }),
  });
  const log = createTestLog();
  const venue = createBitgetVenue({
    venue: "paper",
    urls: venueUrls("paper", server.url),
    clock: options.clock,
    random: () => 0.5,
    log,
  });
  const account = createBitgetAccount({
    venue,
    credentials: { apiKey: "key", apiSecret: "secret", passphrase: "pass" },
    log,
  });
  await venue.fetchMarket("BTC/USDT:USDT");
  return {
    account,
    venue,
    server,
    log,
    sent: () =>
      server.requests.filter(({ path }) =>
        !path.includes("/market/") && !path.endsWith("/public/time")
      ),
    async [Symbol.asyncDispose]() {
      await account.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
