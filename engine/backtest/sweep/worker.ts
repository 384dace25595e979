/** One core of a sweep. @module */
import type { CandleColumns } from "@core/candles/mod.ts";
import { evaluate, type SweepSetting } from "@core/sweep/mod.ts";
import type { FromWorker, ToWorker } from "./worker_messages.ts";

/** A dedicated worker's global, as far as it is used here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}
const scope = globalThis as unknown as WorkerScope;

let candles: CandleColumns | null = null;
let setting: SweepSetting | null = null;

scope.onmessage = ({ data }) => {
  if (data.kind === "begin") {
    candles = data.candles;
    setting = data.setting;
    return;
  }
  const [columns, shared] = [candles, setting];
  if (columns === null || shared === null) {
    throw new Error("Cannot sweep before it has begun");
  }
  const results = data.indices.map((index) => evaluate(columns, shared, index));
  scope.postMessage({ results });
};
