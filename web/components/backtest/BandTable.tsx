import { FILL_MODELS } from "@core/backtest/report.ts";
import { type AnyReport, tradesOf } from "@core/backtest/run_bot.ts";
import type { ComponentChildren, JSX } from "preact";
import type { BacktestBand } from "../../data/run_backtest.ts";
import { t } from "../../i18n/mod.ts";
import { formatMoney, formatPercent, formatSize } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { Signed } from "../Signed.tsx";

type Figure = (report: AnyReport) => ComponentChildren;

interface Row {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly figure: Figure;
}

/** A return: sign, arrow and colour say the same. */
export function SignedPercent(
  { value }: { readonly value: number },
): JSX.Element {
  const text = formatPercent(value, { min: 2, max: 2 });
  const sign = !/[1-9]/.test(text) ? null : value > 0 ? "up" : "down";
  return (
    <span class={`num signed ${sign ?? ""}`}>
      {sign !== null && (
        <Icon name={sign === "up" ? "arrowUp" : "arrowDown"} size={14} />
      )}
      {sign === "up" && "+"}
      {text}
    </span>
  );
}

function shortRows(minutes: number): readonly Row[] {
  const { table } = t.backtest;
  return [
    {
      name: "return",
      label: table.return,
      figure: (report) => <SignedPercent value={report.return} />,
    },
    {
      name: "maxDrawdown",
      label: table.maxDrawdown,
      figure: (report) => formatPercent(report.maxDrawdown, PLACES),
    },
    {
      name: "fills",
      label: table.fills,
      figure: (report) => formatSize(report.fills),
    },
    {
      name: "fees",
      label: table.fees,
      figure: (report) => formatMoney(report.fees),
    },
    { name: "outcome", label: table.outcome, figure: outcomeOf },
    {
      name: "ambiguous",
      label: table.ambiguous,
      hint: table.ambiguousHint,
      figure: (report) =>
        formatPercent(report.ambiguousCandles / minutes, PLACES),
    },
  ];
}

const PLACES = { min: 2, max: 2 };

function longRows(minutes: number): readonly Row[] {
  const { table } = t.backtest;
  const [first, ...rest] = shortRows(minutes);
  const money =
    (pick: (report: AnyReport) => number | null): Figure => (report) => {
      const value = pick(report);
      return value === null ? table.unknown : <Signed value={value} />;
    };
  return [
    ...first === undefined ? [] : [first],
    {
      name: "finalEquity",
      label: table.finalEquity,
      figure: (report) => formatMoney(report.finalEquity),
    },
    ...rest,
    {
      name: "trades",
      label: table.trades,
      figure: (report) => formatSize(tradesOf(report)),
    },
    {
      name: "gridProfit",
      label: table.gridProfit,
      figure: (report) =>
        "gridPairs" in report ? <Signed value={report.gridProfit} /> : null,
    },
    {
      name: "unpaired",
      label: table.unpaired,
      figure: (report) =>
        "gridPairs" in report ? <Signed value={report.unpairedPnl} /> : null,
    },
    {
      name: "funding",
      label: table.funding,
      figure: money(({ funding }) => funding),
    },
    {
      name: "largest",
      label: table.largest,
      figure: (report) =>
        `${formatSize(report.maxLongSize)} / ${
          formatSize(report.maxShortSize)
        }`,
    },
    {
      name: "sharpe",
      label: table.sharpe,
      figure: (report) =>
        report.sharpe === null ? table.unknown : formatSize(
          Number(report.sharpe.toFixed(2)),
        ),
    },
  ];
}

function outcomeOf(report: AnyReport): ComponentChildren {
  const { table } = t.backtest;
  if (report.liquidated) {
    return <span class="badge badge--down">{table.liquidated}</span>;
  }
  const hasEnded = "endedBy" in report && report.endedBy !== null;
  return hasEnded ? table.stoppedOut : table.survived;
}

/** The band: one column a fill model. */
export function BandTable(
  { band, isLong = false }: {
    readonly band: BacktestBand;
    /** Every figure instead of the main ones. */
    readonly isLong?: boolean;
  },
): JSX.Element {
  const { minutes } = band.coverage;
  const reports = FILL_MODELS.map((model) => band.models[model].report);
  const isRange = band.strategy === "range_grid";
  const rows = (isLong ? longRows(minutes) : shortRows(minutes))
    .filter(({ name }) =>
      isRange || !["gridProfit", "unpaired"].includes(name)
    );
  return (
    <table class="table band" aria-label={t.backtest.table.label}>
      <thead>
        <tr>
          <th scope="col">
            <span class="visually-hidden">{t.backtest.table.figure}</span>
          </th>
          {FILL_MODELS.map((model) => (
            <th
              key={model}
              scope="col"
              class="end"
              title={t.backtest.modelHints[model]}
            >
              {t.backtest.models[model]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, label, hint, figure }) => (
          <tr key={name} data-figure={name}>
            <th scope="row" title={hint}>{label}</th>
            {reports.map((report, i) => (
              <td key={i} class="end num">{figure(report)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
