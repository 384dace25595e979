/** Why a backtest has no result. */
export class BacktestError extends Error {
  override readonly name = "BacktestError";
  /**
   * @param code `no_candles`: the exchange has none. `config`: it cannot run,
   *   `message` says which parameter. `worker`: the browser failed us.
   */
  constructor(
    readonly code: "no_candles" | "config" | "worker",
    message: string,
  ) {
    super(message);
  }
}
