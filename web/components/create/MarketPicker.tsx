import type { Market } from "@core/model/market.ts";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { Ticker } from "../../data/venue_tickers.ts";
import { t } from "../../i18n/mod.ts";
import type { BotPlace } from "../../state/bot_place.ts";
import { findMarkets } from "../../state/market_search.ts";
import { FieldFrame } from "../Field.tsx";
import {
  decimalsOf,
  formatPercent,
  formatPrice,
  formatSize,
} from "../format.ts";

const SHOWN_MAX = 50;

function turnoversOf(
  tickers: ReadonlyMap<string, Ticker>,
): ReadonlyMap<string, number> {
  return new Map(
    [...tickers].map(([symbol, { turnover }]) => [symbol, turnover ?? 0]),
  );
}

function nameOf(symbol: string): string {
  return symbol.split(":")[0] ?? symbol;
}

interface Picker {
  /** What is typed; null while the field shows the choice. */
  readonly typed: Signal<string | null>;
  readonly list: readonly Market[];
  readonly isOpen: boolean;
  /** Index of the option the arrows stand on. */
  readonly active: number;
  readonly type: (text: string) => void;
  readonly take: (market: Market) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onBlur: () => void;
}

function usePicker(place: BotPlace): Picker {
  const typed = useSignal<string | null>(null);
  const at = useSignal(0);
  const isReady = place.state.value === "ready";
  const text = typed.value;
  // Of when it was opened: a list that changes its order cannot be hit.
  const turnovers = useSignal<ReadonlyMap<string, number>>(new Map());
  const list = text === null ? [] : findMarkets(place.markets.value, {
    typed: text,
    turnovers: turnovers.value,
    max: SHOWN_MAX,
  });
  const isOpen = text !== null && isReady;
  const active = Math.max(0, Math.min(at.value, list.length - 1));

  function take(market: Market): void {
    place.pick(market.symbol);
    typed.value = null;
  }
  function type(next: string): void {
    if (typed.peek() === null) {
      turnovers.value = turnoversOf(place.figures.tickers.peek());
    }
    at.value = 0;
    typed.value = next;
  }
  return {
    typed,
    list,
    isOpen,
    active,
    take,
    type,
    onKeyDown(event) {
      const chosen = list[active];
      if (event.key === "Escape" && isOpen) typed.value = null;
      else if (event.key === "Enter" && isOpen) {
        // Where nothing fits the list stays open and says so.
        if (chosen !== undefined) take(chosen);
      } else if (event.key === "ArrowDown" && isOpen) {
        at.value = Math.min(active + 1, list.length - 1);
      } else if (event.key === "ArrowDown") type("");
      else if (event.key === "ArrowUp" && isOpen) at.value = active - 1;
      else return;
      event.preventDefault();
    },
    onBlur() {
      // Without a list the typed symbol itself is the choice.
      const symbol = typed.peek()?.trim().toUpperCase() ?? "";
      if (!isReady && symbol !== "") place.pick(symbol);
      typed.value = null;
    },
  };
}

/**
 * Choosing a market: a text that filters a list (the ARIA combobox pattern:
 * arrows walk, Enter takes, Escape closes).
 */
export function MarketPicker(
  { place, error, hint }: {
    readonly place: BotPlace;
    readonly error: string | null;
    readonly hint?: string | undefined;
  },
): JSX.Element {
  const id = useId();
  const { typed, list, isOpen, active, ...picker } = usePicker(place);
  const shown = place.state.value === "failed"
    ? place.symbol.value
    : nameOf(place.symbol.value);
  return (
    <FieldFrame label={t.form.market} error={error} hint={hint}>
      {(control) => (
        <div class="input-frame" data-invalid={error ? "true" : undefined}>
          <input
            {...control}
            name="market"
            type="text"
            role="combobox"
            aria-expanded={isOpen}
            aria-controls={id}
            aria-autocomplete="list"
            aria-activedescendant={isOpen && list.length > 0
              ? `${id}-${active}`
              : undefined}
            autocomplete="off"
            spellcheck={false}
            placeholder={t.form.marketPlaceholder}
            value={typed.value ?? shown}
            onClick={() => {
              if (place.state.value === "ready" && !isOpen) {
                picker.type("");
              }
            }}
            onInput={(event) =>
              picker.type(event.currentTarget.value)}
            onKeyDown={picker.onKeyDown}
            onBlur={picker.onBlur}
          />
          <span class="visually-hidden" role="status">
            {isOpen && list.length === 0 ? t.form.marketNone : ""}
          </span>
          {isOpen && (
            <MarketList
              id={id}
              markets={list}
              tickers={place.figures.tickers.value}
              active={active}
              onTake={picker.take}
            />
          )}
        </div>
      )}
    </FieldFrame>
  );
}

function MarketList(
  { id, markets, tickers, active, onTake }: {
    readonly id: string;
    readonly markets: readonly Market[];
    readonly tickers: ReadonlyMap<string, Ticker>;
    readonly active: number;
    readonly onTake: (market: Market) => void;
  },
): JSX.Element {
  return (
    <ul id={id} class="listbox" role="listbox" aria-label={t.form.market}>
      {markets.map((market, i) => (
        <li
          key={market.symbol}
          id={`${id}-${i}`}
          class="option"
          role="option"
          aria-selected={i === active}
          ref={(element) => {
            if (i === active) element?.scrollIntoView({ block: "nearest" });
          }}
          onMouseDown={(event) => {
            // Before the field loses the focus and closes the list.
            event.preventDefault();
            onTake(market);
          }}
        >
          <span>{nameOf(market.symbol)}</span>
          <MarketFigures
            market={market}
            ticker={tickers.get(market.venueSymbol)}
          />
        </li>
      ))}
      {markets.length === 0 && (
        <li class="option muted" role="option" aria-selected={false}>
          {t.form.marketNone}
        </li>
      )}
    </ul>
  );
}

/** The last price and how far it went in a day; before it is known, leverage. */
function MarketFigures(
  { market, ticker }: {
    readonly market: Market;
    readonly ticker: Ticker | undefined;
  },
): JSX.Element {
  if (ticker === undefined) {
    return (
      <span class="muted small">
        {formatSize(market.maxLeverage)}
        {t.form.times}
      </span>
    );
  }
  return (
    <span class="option__figures num small">
      <span>{formatPrice(ticker.lastPrice, decimalsOf(market.tickSize))}</span>
      <span class="muted">{rangeWords(ticker)}</span>
    </span>
  );
}

function rangeWords({ range }: Ticker): string {
  return range === null
    ? ""
    : t.form.volatility24h(formatPercent(range, { min: 1, max: 1 }));
}

/** A market's last price and how far it went in a day, in one line. */
export function tickerWords(ticker: Ticker, { tickSize }: Market): string {
  const price = formatPrice(ticker.lastPrice, decimalsOf(tickSize));
  const words = [price, rangeWords(ticker)];
  return words.filter((word) => word !== "").join(" · ");
}
