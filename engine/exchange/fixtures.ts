import type { Market } from "@core/mod.ts";
import type { Log } from "@core/mod.ts";
import type { Row } from "./fields.ts";
import recorded from "./testdata/payloads.json" with { type: "json" };

/** Answers and pushes of Bitget's, recorded; for tests. */
export const PAYLOADS = recorded;

/** BTC/USDT:USDT with the recorded steps; for tests. */
export const BTC: Market = {
  symbol: "BTC/USDT:USDT",
  venueSymbol: "BTCUSDT",
  base: "BTC",
  quote: "USDT",
  tickSize: 0.1,
  lotSize: 0.001,
  minSize: 0.001,
  minNotional: 5,
  minLeverage: 1,
  maxLeverage: 125,
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0006,
  maxOpenOrders: 200,
  maxOrderSize: null,
  maintenanceMarginRate: 0.004,
  fundingIntervalHours: 8,
};

/** A tier as `query-position-lever` answers it; for tests. */
export const TIER: Row = {
  symbol: "BTCUSDT",
  level: "1",
  startUnit: "0",
  endUnit: "150000",
  leverage: "125",
  keepMarginRate: "0.004",
};

/** A log that keeps what it was told; for tests. */
export interface TestLog extends Log {
  readonly lines: readonly {
    readonly level: string;
    readonly code: string;
    readonly fields: Readonly<Record<string, unknown>>;
  }[];
}

/** Creates a {@linkcode TestLog}. */
export function createTestLog(): TestLog {
  const lines: {
    level: string;
    code: string;
    fields: Readonly<Record<string, unknown>>;
  }[] = [];
  const build = (base: Readonly<Record<string, unknown>>): TestLog => {
    const at = (level: string) =>
    (
      code: string,
      fields: Readonly<Record<string, unknown>> = {},
    ) => void lines.push({ level, code, fields: { ...base, ...fields } });
    return {
      lines,
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      with: (fields) => build({ ...base, ...fields }),
    };
  };
  return build({});
}
