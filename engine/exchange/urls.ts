import type { Venue } from "./port.ts";

/** Where a venue listens, and whether requests must say that they are demo. */
export interface VenueUrls {
  /** Scheme, host and port, no path. */
  readonly rest: string;
  readonly wsPublic: string;
  readonly wsPrivate: string;
  /** Adds `PAPTRADING: 1`: Bitget's demo shares the host with the real thing. */
  readonly demo: boolean;
}

/** The hosts an engine must be allowed to reach for the real venues (fixed egress). */
export const BITGET_HOSTS: readonly string[] = [
  "api.bitget.com",
  "ws.bitget.com",
  "wspap.bitget.com",
];

/**
 * Returns where a venue listens.
 *
 * @param paperUrl Base URL of the paper exchange, `http://127.0.0.1:54330`;
 * needed for `paper` only.
 * @throws {TypeError} If the venue is `paper` and there is no paper URL.
 */
export function venueUrls(venue: Venue, paperUrl: string | null): VenueUrls {
  if (venue === "paper") {
    if (paperUrl === null) {
      throw new TypeError(
        "Cannot reach venue paper: TRELLIS_PAPER_URL not set",
      );
    }
    const rest = new URL(paperUrl).origin;
    const ws = rest.replace(/^http/, "ws") + "/v2/ws";
    return {
      rest,
      wsPublic: `${ws}/public`,
      wsPrivate: `${ws}/private`,
      demo: false,
    };
  }
  const demo = venue === "bitget_demo";
  const ws = `wss://${demo ? "wspap" : "ws"}.bitget.com/v2/ws`;
  return {
    rest: "https://api.bitget.com",
    wsPublic: `${ws}/public`,
    wsPrivate: `${ws}/private`,
    demo,
  };
}
