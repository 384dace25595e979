/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { toCsv } from "./bot_history.ts";

Deno.test("toCsv() writes the header, the rows, and nothing a spreadsheet would run", () => {
  const csv = toCsv(["at", "price", "note"], [
    { at: "2026-11-22", price: "0.10000000000000000001", note: null },
    { at: "2026-11-22", price: "-1", note: 'says "no", twice\nand more' },
    { at: "2026-11-22", price: "2", note: "=1+1" },
    { at: "2026-11-22", price: "-0.5", note: "-1+cmd|' /C calc'!A0" },
    { at: "2026-11-22", price: "3", note: "\t@SUM(A1)" },
    { at: "2026-11-22", price: "+4", note: "+A1" },
  ]);
  assert.equal(
    csv,
    [
      "at,price,note",
      "2026-11-22,0.10000000000000000001,",
      '2026-11-22,-1,"says ""no"", twice\nand more"',
      "2026-11-22,2,'=1+1",
      "2026-11-22,-0.5,'-1+cmd|' /C calc'!A0",
      '2026-11-22,3,"\'\t@SUM(A1)"',
      "2026-11-22,+4,'+A1",
      "",
    ].join("\r\n"),
  );
});

Deno.test("toCsv() writes the header where there is no row", () => {
  assert.equal(toCsv(["at"], []), "at\r\n");
});
