import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import type { SweepCell, SweepOutcome } from "../../state/sweep_outcome.ts";
import { Button } from "../Button.tsx";
import { formatPercent, formatSize } from "../format.ts";
import { parameterWords, returnWords, valueWords } from "./sweep_words.ts";

const SHOWN_MAX = 60;

/** The combinations of a sweep, the best first. */
export function SweepTable(
  { outcome, onTake }: {
    readonly outcome: SweepOutcome;
    readonly onTake: (cell: SweepCell) => void;
  },
): JSX.Element {
  const { sweep, table } = t.backtest;
  const { parameters, ranked, isOutOfSample } = outcome;
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={sweep.asTable}>
      <table class="table" aria-label={sweep.title}>
        <thead>
          <tr>
            {parameters.map(({ path }) => (
              <th key={path} scope="col">{parameterWords(path)}</th>
            ))}
            <th scope="col" class="end">
              {table.return},{" "}
              {isOutOfSample ? sweep.outOfSample : sweep.inSample}
            </th>
            <th scope="col" class="end">{table.maxDrawdown}</th>
            <th scope="col" class="end">{table.trades}</th>
            <th scope="col">
              <span class="visually-hidden">{sweep.take}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {ranked.slice(0, SHOWN_MAX).map((cell) => (
            <tr key={cell.index}>
              {parameters.map(({ path }, i) => (
                <td key={path} class="num">
                  {valueWords(path, cell.values[i] ?? NaN)}
                </td>
              ))}
              <td class="end num nowrap">
                {returnWords(cell)}
                {cell.disqualified !== null && (
                  <span class="small muted">
                    {" "}
                    {sweep.disqualified[cell.disqualified]}
                  </span>
                )}
              </td>
              <td class="end num nowrap">
                {formatPercent(cell.maxDrawdown, { min: 2, max: 2 })}
              </td>
              <td class="end num">{formatSize(cell.trades)}</td>
              <td class="end">
                {cell.refused === null && (
                  <Button
                    kind="quiet"
                    onClick={() => onTake(cell)}
                  >
                    {sweep.take}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
