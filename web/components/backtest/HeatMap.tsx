import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../i18n/mod.ts";
import type { SweepCell, SweepOutcome } from "../../state/sweep_outcome.ts";
import { parameterWords, returnWords, valueWords } from "./sweep_words.ts";

/** The strongest shade: text stays readable on it in both themes. */
const SHADE_MAX = 38;

interface MapProps {
  readonly outcome: SweepOutcome;
  readonly onTake: (cell: SweepCell) => void;
}

/** Green up, red down, by size; the figure says the same. */
function shadeOf(cell: SweepCell, scale: number): string | undefined {
  if (cell.refused !== null || !(scale > 0)) return undefined;
  const share = Math.min(1, Math.abs(cell.return) / scale);
  const token = cell.return < 0 ? "--chart-down" : "--chart-up";
  const shade = (share * SHADE_MAX).toFixed(1);
  return `color-mix(in oklab, var(${token}) ${shade}%, var(--surface))`;
}

/** Returns a cell in a sentence. */
function cellWords(cell: SweepCell, { parameters }: SweepOutcome): string {
  const { sweep } = t.backtest;
  const [down, across] = parameters.map(({ path }, i) =>
    `${parameterWords(path)} ${valueWords(path, cell.values[i] ?? NaN)}`
  );
  const value = cell.disqualified === null
    ? returnWords(cell)
    : `${returnWords(cell)}, ${sweep.disqualified[cell.disqualified]}`;
  return `${sweep.cell(down ?? "", across ?? "", value)}, ${
    sweep.cellTrades(cell.trades)
  }`;
}

/** Where an arrow key leads from a cell; undefined: not an arrow key. */
function stepOf(
  key: string,
  here: number,
  { columns, count }: { readonly columns: number; readonly count: number },
): number | undefined {
  const column = here % columns;
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: column > 0 ? -1 : 0,
    ArrowRight: column < columns - 1 ? 1 : 0,
    ArrowUp: here >= columns ? -columns : 0,
    ArrowDown: here + columns < count ? columns : 0,
    Home: -column,
    End: columns - 1 - column,
  };
  return steps[key];
}

function isCutRight(element: HTMLElement): boolean {
  const { scrollWidth, clientWidth, scrollLeft } = element;
  return scrollWidth - clientWidth - scrollLeft > 1;
}

/** Whether columns are hidden at the right now. */
function useCut(
  frame: { readonly current: HTMLElement | null },
  onOverflow: (isWider: boolean) => void,
): Signal<boolean> {
  const isCut = useSignal(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const look = new ResizeObserver(() => {
      isCut.value = isCutRight(element);
      onOverflow(element.scrollWidth > element.clientWidth + 1);
    });
    look.observe(element);
    return () => look.disconnect();
  }, []);
  return isCut;
}

/**
 * Returns by two parameters: a grid that is walked with the arrow keys; Enter
 * takes the cell's values.
 */
export function HeatMap(
  { outcome, onTake, onOverflow }: MapProps & {
    /** Says whether it must be scrolled sideways. */
    readonly onOverflow: (isWider: boolean) => void;
  },
): JSX.Element {
  const { cells, parameters: [down, across] } = outcome;
  const columns = across.values.length;
  const best = outcome.ranked[0];
  const at = useSignal(best?.disqualified === null ? best.index : 0);
  const table = useRef<HTMLTableElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const isCut = useCut(frame, onOverflow);

  function onKeyDown(event: KeyboardEvent): void {
    const here = at.value;
    const cell = cells[here];
    const step = stepOf(event.key, here, { columns, count: cells.length });
    if (step !== undefined) {
      at.value = here + step;
      table.current?.querySelectorAll<HTMLElement>("[role=gridcell]")
        .item(here + step).focus();
    } else if ((event.key === "Enter" || event.key === " ") && cell) {
      onTake(cell);
    } else return;
    event.preventDefault();
  }
  return (
    <div
      ref={frame}
      class={isCut.value ? "heat-map is-cut" : "heat-map"}
      onScroll={(event) => (isCut.value = isCutRight(event.currentTarget))}
    >
      <table
        ref={table}
        role="grid"
        aria-label={t.backtest.sweep.mapLabel(
          parameterWords(down.path),
          parameterWords(across.path),
        )}
        onKeyDown={onKeyDown}
      >
        <caption class="small muted">
          {parameterWords(down.path)} ↓ · {parameterWords(across.path)} →
        </caption>
        <thead>
          <tr>
            <td />
            {across.values.map((value) => (
              <th key={value} scope="col" class="num">
                {valueWords(across.path, value)}
              </th>
            ))}
          </tr>
        </thead>
        <MapBody
          outcome={outcome}
          active={at.value}
          onFocus={(index) => (at.value = index)}
          onTake={onTake}
        />
      </table>
    </div>
  );
}

function MapBody(
  { outcome, active, onFocus, onTake }: MapProps & {
    readonly active: number;
    readonly onFocus: (index: number) => void;
  },
): JSX.Element {
  const { cells, parameters: [down, across] } = outcome;
  const columns = across.values.length;
  const best = outcome.ranked[0];
  const scale = Math.max(
    0,
    ...cells.map((cell) =>
      Number.isNaN(cell.return) ? 0 : Math.abs(cell.return)
    ),
  );
  return (
    <tbody>
      {down.values.map((value, row) => (
        <tr key={value}>
          <th scope="row" class="num">{valueWords(down.path, value)}</th>
          {cells.slice(row * columns, (row + 1) * columns).map((cell) => (
            <Cell
              key={cell.index}
              cell={cell}
              outcome={outcome}
              shade={shadeOf(cell, scale)}
              isBest={cell.index === best?.index && best.disqualified === null}
              isActive={cell.index === active}
              onFocus={() => onFocus(cell.index)}
              onTake={() => onTake(cell)}
            />
          ))}
        </tr>
      ))}
    </tbody>
  );
}

function Cell(
  props: {
    readonly cell: SweepCell;
    readonly outcome: SweepOutcome;
    readonly shade: string | undefined;
    readonly isBest: boolean;
    readonly isActive: boolean;
    readonly onFocus: () => void;
    readonly onTake: () => void;
  },
): JSX.Element {
  const { cell, isBest } = props;
  const isOut = cell.disqualified !== null;
  const words = cellWords(cell, props.outcome);
  return (
    <td
      role="gridcell"
      class={[
        "heat-map__cell num",
        isBest ? "heat-map__cell--best" : "",
        isOut ? "heat-map__cell--out" : "",
      ].join(" ")}
      style={{ background: isOut ? undefined : props.shade }}
      tabIndex={props.isActive ? 0 : -1}
      aria-label={isBest ? `${words}, ${t.backtest.sweep.best}` : words}
      title={words}
      onFocus={props.onFocus}
      onClick={props.onTake}
    >
      {returnWords(cell)}
    </td>
  );
}
