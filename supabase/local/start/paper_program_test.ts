import assert from "node:assert/strict";
import { silentLog } from "../testing/silent_log.ts";
import { temporaryDirectory } from "../testing/temporary_directory.ts";
import { openDataDirectory } from "./data_directory.ts";
import { StartFailure } from "./failure.ts";
import { startPaperProgram } from "./paper_program.ts";

Deno.test("startPaperProgram() says which file, line and field it cannot read, once", async () => {
  await using temporary = await temporaryDirectory();
  const file = `${temporary.path}/BNBUSDT own.csv`;
  const rows = ["0,2,2,2,2,1", "60000,2,2,NaN,2,1"];
  const text = ["open_time_ms,open,high,low,close,volume", ...rows].join("\n");
  await Deno.writeTextFile(file, text);
  using directory = await openDataDirectory(`${temporary.path}/data`);
  const told: string[] = [];
  await assert.rejects(
    startPaperProgram({
      directory,
      prices: `csv:${file}`,
      speed: 60,
      port: 0,
      log: silentLog(),
      tell: (sentence) => told.push(sentence),
    }),
    (error) =>
      error instanceof StartFailure && error.message ===
        `Cannot read candles: line 3, field low: is no number (it is "NaN") (${file})`,
  );
  assert.deepEqual(told, []);
});
