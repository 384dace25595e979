/** The candles of a backtest: see `core/candles`. @module */
export * from "../candles/columns.ts";
export { CandleError, parseCandles } from "../candles/reader.ts";
export { CANDLE_HEADER } from "../candles/rules.ts";
