/** What the web app is told at `/config.json`. @module */
import type { RuntimeConfig } from "../../../web/serve.ts";

/** Bitget's public market data: prices and charts of real accounts. */
const BITGET = {
  rest: "https://api.bitget.com",
  ws: "wss://ws.bitget.com",
};

/** Returns the configuration of a local installation. */
export function runtimeConfig(options: {
  readonly apiUrl: string;
  readonly paperUrl: string;
  readonly publishableKey: string;
  readonly demo: RuntimeConfig["demo"];
}): RuntimeConfig {
  return {
    supabaseUrl: options.apiUrl,
    publishableKey: options.publishableKey,
    venues: {
      paper: {
        rest: options.paperUrl,
        ws: options.paperUrl.replace(/^http/, "ws"),
      },
      bitget: BITGET,
    },
    mailInboxUrl: `${options.apiUrl}/inbox`,
    demo: options.demo,
  };
}
