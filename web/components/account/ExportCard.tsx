import { useModel } from "@preact/signals";
import type { JSX } from "preact";
import { toCsv } from "../../data/bot_history.ts";
import { type ExportedRows, exportRows } from "../../data/export_rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import { DataExportModel } from "../../state/data_export.ts";
import { Button } from "../Button.tsx";
import { download } from "../download.ts";
import { formatCount } from "../format.ts";
import { Notice } from "../Notice.tsx";

/** What a spreadsheet gets of the fills. */
const FILL_COLUMNS = [
  "filled_at",
  "symbol",
  "order_side",
  "position_side",
  "purpose",
  "price",
  "size",
  "fee",
  "fee_currency",
  "realized_pnl",
  "pair_profit",
  "liquidity",
  "venue_trade_id",
  "bot_id",
];

function save(rows: ExportedRows): void {
  const day = new Date().toISOString().slice(0, 10);
  download({
    name: `trellis-${day}.json`,
    type: "application/json",
    text: JSON.stringify(rows, null, 1),
  });
  download({
    name: `trellis-fills-${day}.csv`,
    type: "text/csv",
    text: toCsv(FILL_COLUMNS, rows.fills ?? []),
  });
}

/** Everything we hold, to keep: one JSON, and the fills as CSV. */
export function ExportCard(): JSX.Element {
  return (
    <section class="card card__body stack" aria-labelledby="export-title">
      <h2 id="export-title">{t.account.data}</h2>
      <p class="muted">{t.account.dataText}</p>
      <ExportButton />
    </section>
  );
}

/** Starts the export, says how far it is, and can be stopped. */
export function ExportButton(): JSX.Element {
  const { client, session } = useApp();
  const userId = session.user.value?.id ?? "";
  const model = useModel(() =>
    new DataExportModel({
      read: (options) => exportRows(client, userId, options),
      save,
    })
  );
  const state = model.state.value;
  return (
    <div class="stack stack--tight">
      <div class="actions">
        <Button
          icon="download"
          busy={state === "reading"}
          onClick={() => void model.start()}
        >
          {t.account.download}
        </Button>
        {state === "reading" && (
          <Button
            kind="quiet"
            onClick={() => model.cancel()}
          >
            {t.common.cancel}
          </Button>
        )}
      </div>
      {state === "reading" && (
        <p class="small muted" role="status">
          {t.account.reading(formatCount(model.rows.value))}
        </p>
      )}
      {state === "done" && (
        <Notice kind="ok">
          {t.account.downloaded(formatCount(model.rows.value))}
        </Notice>
      )}
      {state === "failed" && (
        <Notice kind="error">{t.account.downloadFailed}</Notice>
      )}
    </div>
  );
}
