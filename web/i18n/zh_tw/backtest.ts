/** 文字：用歷史 K 線試策略。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const backtest: Texts["backtest"] = {
  title: "回測",
};
