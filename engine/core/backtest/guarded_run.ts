import type { RunOptions } from "./candle_run.ts";
import type { BacktestFill } from "./report.ts";

/** Ends a fast loop: the margin guard acts from here on. */
export class GuardWoken extends Error {
  override readonly name = "GuardWoken";
}

/**
 * Runs the fast loop, which knows no margin guard, and where the guard would
 * have acted begins again by the plan, which asks it. Both agree up to there,
 * so that each fill is heard once.
 */
export function runGuarded<Config, Report>(
  options: RunOptions<Config>,
  { fast, byPlan }: {
    readonly fast: (options: RunOptions<Config>) => Report;
    readonly byPlan: (options: RunOptions<Config>) => Report;
  },
): Report {
  let heard = 0;
  const { onFill } = options;
  const counting = onFill === undefined ? options : {
    ...options,
    onFill(fill: BacktestFill) {
      heard++;
      onFill(fill);
    },
  };
  try {
    return fast(counting);
  } catch (error) {
    if (!(error instanceof GuardWoken)) throw error;
    if (onFill === undefined) return byPlan(options);
    return byPlan({
      ...options,
      onFill(fill) {
        if (heard > 0) heard--;
        else onFill(fill);
      },
    });
  }
}
