/** Candles: columns, files, the exchange's pages, gaps. @module */
export * from "./buffer.ts";
export * from "./columns.ts";
export * from "./load_page.ts";
export * from "./pages.ts";
export * from "./reader.ts";
export * from "./rules.ts";
export * from "./venue_rows.ts";
