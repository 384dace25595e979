import assert from "node:assert/strict";
import { startPaper } from "@engine/paper/mod.ts";
import { temporaryDirectory } from "../testing/temporary_directory.ts";
import { demoSymbol } from "./seed.ts";

async function symbolWith(prices: string): Promise<string> {
  const paper = await startPaper({ port: 0, prices, isPaused: true });
  try {
    return await demoSymbol(paper.url);
  } finally {
    await paper.close();
  }
}

Deno.test("demoSymbol() is BNB, or what the file of candles brings", async () => {
  await using directory = await temporaryDirectory();
  const rows = ["0,2,2,2,2,1", "60000,2,2,2,2,1"];
  const text = ["open_time_ms,open,high,low,close,volume", ...rows].join("\n");
  const file = `${directory.path}/XRPUSDT-1m-own.csv`;
  await Deno.writeTextFile(file, text);
  assert.equal(await symbolWith(`csv:${file}`), "XRP/USDT:USDT");
  assert.equal(await symbolWith("synthetic:1"), "BNB/USDT:USDT");
});
