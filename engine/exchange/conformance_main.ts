/**
 * Runs the conformance cases by hand against Bitget's demo, on an account that
 * is flat and has nothing else to do:
 *
 * ```
 * deno run --allow-net --allow-env engine/exchange/conformance_main.ts < key.json
 * ```
 *
 * `key.json` is `{"apiKey": …, "apiSecret": …, "passphrase": …}` of a demo key.
 * It is read from the standard input so that it stands in no command line.
 *
 * @module
 */
import { z } from "zod";
import type { Log } from "@core/mod.ts";
import { createBitgetAccount } from "./account.ts";
import { createSystemClock } from "./clock.ts";
import { CONFORMANCE_CASES } from "./conformance_cases.ts";
import { createBitgetFeed } from "./feed.ts";
import { venueUrls } from "./urls.ts";
import { createBitgetVenue } from "./venue.ts";

const SYMBOL = "BTC/USDT:USDT";
const KEY_SCHEMA = z.strictObject({
  apiKey: z.string().min(1),
  apiSecret: z.string().min(1),
  passphrase: z.string().min(1),
});

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
}

function createLog(base: Readonly<Record<string, unknown>>): Log {
  const at =
    (level: string) =>
    (code: string, fields: Readonly<Record<string, unknown>> = {}) =>
      say(`  ${level} ${code} ${JSON.stringify({ ...base, ...fields })}`);
  return {
    debug: () => {},
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => createLog({ ...base, ...fields }),
  };
}

if (import.meta.main) {
  const credentials = KEY_SCHEMA.parse(
    JSON.parse(await new Response(Deno.stdin.readable).text()),
  );
  const log = createLog({});
  const venue = createBitgetVenue({
    venue: "bitget_demo",
    urls: venueUrls("bitget_demo", null),
    clock: createSystemClock(),
    random: Math.random,
    log,
  });
  await using feed = createBitgetFeed({ venue, log });
  await using account = createBitgetAccount({ venue, credentials, log });
  let failed = 0;
  for (const { name, run, needsControls } of CONFORMANCE_CASES) {
    if (needsControls) continue;
    try {
      await run({ symbol: SYMBOL, account, feed, controls: null });
      say(`ok   ${name}`);
    } catch (error) {
      failed++;
      say(`FAIL ${name}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  Deno.exitCode = failed === 0 ? 0 : 1;
}
