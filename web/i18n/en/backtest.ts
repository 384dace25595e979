/** Texts: trying a strategy on past candles. @module */

/** Texts. */
export const backtest = {
  title: "Backtest",
};
