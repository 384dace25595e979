/** Exchange accounts and prices behind one port; Bitget's v2 is the implementation. @module */
export * from "./account.ts";
export * from "./clock.ts";
export * from "./feed.ts";
export * from "./port.ts";
export * from "./urls.ts";
export { type BitgetVenue, createBitgetVenue } from "./venue.ts";
