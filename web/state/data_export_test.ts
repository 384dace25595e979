/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { DataExportModel } from "./data_export.ts";
import type { ExportedRows } from "../data/export_rows.ts";

const ROWS: ExportedRows = { bots: [{ id: "a" }] };

function anExport(read: () => Promise<ExportedRows>) {
  const saved: ExportedRows[] = [];
  const model = new DataExportModel({
    read,
    save: (rows) => void saved.push(rows),
  });
  return { model, saved };
}

Deno.test("an export is saved once it has been read", async () => {
  const { model, saved } = anExport(() => Promise.resolve(ROWS));
  await model.start();
  assert.deepEqual([model.state.value, saved], ["done", [ROWS]]);
});

Deno.test("a canceled export saves nothing, though its last page has come", async () => {
  const page = Promise.withResolvers<ExportedRows>();
  const { model, saved } = anExport(() => page.promise);
  const run = model.start();
  model.cancel();
  page.resolve(ROWS);
  await run;
  assert.deepEqual([model.state.value, saved], ["idle", []]);
});

Deno.test("an export that breaks off says so", async () => {
  const { model, saved } = anExport(() => Promise.reject(new Error("gone")));
  await model.start();
  assert.deepEqual([model.state.value, saved], ["failed", []]);
});
