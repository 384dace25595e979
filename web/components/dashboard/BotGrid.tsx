import { type ReadonlySignal, useComputed, useModel } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { useTrader } from "../../state/app_context.ts";
import type { Concern } from "../../state/attention.ts";
import {
  BOT_FILTERS,
  BotFilterModel,
  type BotFilterState,
} from "../../state/bot_filter.ts";
import type { Dashboard } from "../../state/dashboard.ts";
import { BotCard } from "./BotCard.tsx";
import { Button } from "../Button.tsx";
import { EmptyState } from "../EmptyState.tsx";
import { Segments } from "../Field.tsx";
import { Icon } from "../Icon.tsx";

/** Fewer bots are seen at a glance. */
const FILTER_FROM = 7;

/** Every bot as a card; with many of them a search and a filter above. */
export function BotGrid(
  { dashboard, concerns }: {
    readonly dashboard: Dashboard;
    readonly concerns: ReadonlySignal<readonly Concern[]>;
  },
): JSX.Element {
  const { trader } = useTrader();
  const concerned = useComputed<ReadonlySet<string>>(() =>
    new Set(
      concerns.value.flatMap((concern) =>
        concern.kind === "key_invalid" ? [] : [concern.bot.id]
      ),
    )
  );
  const filter = useModel(() => new BotFilterModel(trader.botList, concerned));
  const venueOf = useComputed(() =>
    new Map(trader.keys.value.map((key) => [key.id, key.venue]))
  );
  const silentSince = useComputed<ReadonlyMap<string, number>>(() =>
    new Map(
      concerns.value.flatMap((concern) =>
        concern.kind === "silent" ? [[concern.bot.id, concern.sinceMs]] : []
      ),
    )
  );
  const metrics = trader.metrics.value;
  const curves = dashboard.curves.value;
  const dayStarts = dashboard.dayStarts.value;
  const nextOrders = dashboard.nextOrders.value;
  const shown = filter.shown.value;
  return (
    <section class="stack" aria-label={t.bots.title}>
      {trader.botList.value.length >= FILTER_FROM && (
        <FilterBar filter={filter} />
      )}
      {shown.length === 0
        ? (
          <div class="card">
            <EmptyState icon="bots" title={t.bots.filter.none}>
              <Button onClick={() => filter.reset()}>
                {t.bots.filter.reset}
              </Button>
            </EmptyState>
          </div>
        )
        : (
          <ul class="bot-grid">
            {shown.map((bot) => (
              <BotCard
                key={bot.id}
                bot={bot}
                metrics={metrics.get(bot.id) ?? null}
                venue={venueOf.value.get(bot.exchangeKeyId) ?? null}
                curve={curves.get(bot.id)}
                dayStart={dayStarts.get(bot.id)}
                nextOrders={nextOrders.get(bot.id)}
                silentSinceMs={silentSince.value.get(bot.id)}
              />
            ))}
          </ul>
        )}
    </section>
  );
}

function FilterBar(
  { filter }: { readonly filter: BotFilterState },
): JSX.Element {
  return (
    <div class="filter-bar">
      <label class="input-frame filter-bar__search">
        <span class="visually-hidden">{t.bots.filter.search}</span>
        <Icon name="search" />
        <input
          type="search"
          name="find-bot"
          placeholder={t.bots.filter.search}
          value={filter.search}
          onInput={(event) => (filter.search.value = event.currentTarget.value)}
        />
      </label>
      <Segments
        bare
        label={t.bots.filter.status}
        name="bot-filter"
        value={filter.filter.value}
        options={BOT_FILTERS.map((value) => ({
          value,
          label: t.bots.filter[value],
        }))}
        onChange={(next) => filter.choose(next)}
      />
    </div>
  );
}
