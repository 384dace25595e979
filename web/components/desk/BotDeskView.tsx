import { useModel } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type BotFigures, loadBotFigures } from "../../data/bot_money.ts";
import { loadBotRows, loadLiveRows } from "../../data/bot_rows.ts";
import type { Bot, BotMetrics, Fill, Venue } from "../../data/rows.ts";
import { toVenueSymbol } from "../../data/venue_market.ts";
import { t } from "../../i18n/mod.ts";
import { endpointsOf, useApp, useTrader } from "../../state/app_context.ts";
import { type BotDesk, BotDeskModel } from "../../state/bot_desk.ts";
import { openPositionsOf } from "../../state/figures.ts";
import { type MarketDesk, MarketDeskModel } from "../../state/market_desk.ts";
import { BotHead } from "./BotHead.tsx";
import { BotTabs } from "./BotTabs.tsx";
import { CandleChart } from "./CandleChart.tsx";
import { LoadFailed, Loading } from "../EmptyState.tsx";
import { EquityCard } from "./EquityCard.tsx";
import { sentence, statusWords } from "../event_words.ts";
import { decimalsOf, formatPrice } from "../format.ts";
import { MoneyStrip } from "./MoneyStrip.tsx";
import { Notice } from "../Notice.tsx";
import { Positions } from "./Positions.tsx";
import { SilenceNotice } from "./SilenceNotice.tsx";
import { StaleNotice } from "../StaleNotice.tsx";
import { TrustPanel } from "./TrustPanel.tsx";

/** Opens the rows and the market of one bot, and keeps both fresh. */
function useDesks(bot: Bot, venue: Venue | null): [BotDesk, MarketDesk] {
  const { client, config } = useApp();
  const { hub, trader } = useTrader();
  /** The strip and what stands beside it are of the same moment. */
  function share(figures: BotFigures | null): void {
    if (figures !== null) trader.applyMetrics([figures.metrics]);
  }
  const desk = useModel(() =>
    new BotDeskModel(bot.id, {
      all: async () => {
        const rows = await loadBotRows(client, bot);
        share(rows.figures);
        return rows;
      },
      live: () => loadLiveRows(client, bot),
      figures: async () => {
        const figures = await loadBotFigures(client, bot.id);
        share(figures);
        return figures;
      },
    })
  );
  const market = useModel(() =>
    new MarketDeskModel(
      venue === null ? null : endpointsOf(config, venue),
      toVenueSymbol(bot.symbol),
    )
  );
  useEffect(() => {
    const unlisten = hub.listen((message) => desk.apply(message));
    void desk.reload();
    market.start();
    return () => {
      unlisten();
      desk.stop();
      market.stop();
    };
  }, []);
  return [desk, market];
}

/** Everything about one bot. Another bot is another instance (by key). */
export function BotDeskView(
  { bot, venue, metrics }: {
    readonly bot: Bot;
    readonly venue: Venue | null;
    readonly metrics: BotMetrics | null;
  },
): JSX.Element {
  const [desk, market] = useDesks(bot, venue);
  const orders = desk.lists.openOrders.value;
  const rules = market.view.market.value;
  const decimals = rules === null ? undefined : decimalsOf(rules.tickSize);
  const isLoaded = desk.loadState.value === "ready";
  const exposure = {
    orders: isLoaded ? orders : null,
    positions: openPositionsOf(metrics),
  };
  return (
    <>
      <BotHead
        bot={bot}
        venue={venue}
        view={market.view}
        exposure={exposure}
      />
      <StaleNotice isStale={isLoaded && desk.isStale.value} />
      <SilenceNotice bot={bot} metrics={metrics} />
      <StatusNotice bot={bot} />
      <BehindNotice bot={bot} />
      <MoneyStrip
        strip={desk.money.strip.value}
        money={desk.money.money.value}
        pairs={metrics?.gridPairs ?? null}
      />
      <div class="desk">
        <div class="desk__main">
          <CandleChart
            symbol={bot.symbol}
            market={market}
            desk={desk}
            metrics={metrics}
          />
          <DeskRows desk={desk}>
            <BotTabs
              bot={bot}
              desk={desk}
              price={market.view.price}
              market={rules}
              fillsCount={metrics?.fillsCount ?? null}
            />
          </DeskRows>
        </div>
        <DeskSide
          bot={bot}
          desk={desk}
          metrics={metrics}
          decimals={decimals}
        />
      </div>
      <FillAnnouncer fills={desk.lists.fills.value} />
    </>
  );
}

/** Beside the chart: what is held, why it can be believed, the equity. */
function DeskSide(
  { bot, desk, metrics, decimals }: {
    readonly bot: Bot;
    readonly desk: BotDesk;
    readonly metrics: BotMetrics | null;
    readonly decimals: number | undefined;
  },
): JSX.Element {
  return (
    <div class="desk__side">
      <Positions
        metrics={metrics}
        base={bot.symbol.split("/")[0] ?? ""}
        decimals={decimals}
      />
      <TrustPanel
        bot={bot}
        trust={desk.lists.trust.value}
        decisions={desk.loadState.value === "ready"
          ? desk.lists.recentOrders.value
          : null}
        decimals={decimals}
      />
      <EquityCard botId={bot.id} />
    </div>
  );
}

/** Says why the bot has stopped, or what holds a running one back. */
function StatusNotice({ bot }: { readonly bot: Bot }): JSX.Element | null {
  const words = statusWords(bot);
  if (bot.status === "faulted") {
    return (
      <Notice kind="error">
        <strong>{t.bot.faulted}</strong>{" "}
        {words !== null && `${sentence(words)} `}
        <NextStep bot={bot} />
      </Notice>
    );
  }
  const isLive = bot.status === "running" || bot.status === "starting";
  if (!isLive || words === null) return null;
  return <Notice kind="warn">{words}</Notice>;
}

const KEY_CODES = ["passphrase_invalid", "permission_missing", "uid_mismatch"];
const SETTINGS_CODES = ["config_invalid", "leverage_out_of_range"];

/** Where what stopped the bot can be put right. */
function NextStep({ bot }: { readonly bot: Bot }): JSX.Element {
  const code = bot.statusCode ?? "";
  if (code.startsWith("key_") || KEY_CODES.includes(code)) {
    return <a href="/keys">{t.bot.faultedKeys}</a>;
  }
  if (/^(size|spacing)_/.test(code) || SETTINGS_CODES.includes(code)) {
    return <a href={`/bots/${bot.id}/edit`}>{t.bot.faultedSettings}</a>;
  }
  return <>{t.bot.faultedHint}</>;
}

/** Says that saved settings have not been taken over yet. */
function BehindNotice({ bot }: { readonly bot: Bot }): JSX.Element | null {
  const running = bot.runningConfigVersion;
  const isLive = bot.status === "running" || bot.status === "starting";
  if (!isLive || running === null || running >= bot.configVersion) return null;
  return (
    <Notice kind="warn">
      {t.desk.savedNotTaken(bot.configVersion, running)}
    </Notice>
  );
}

/** Rows that have not come are not shown as if there were none. */
function DeskRows(
  { desk, children }: {
    readonly desk: BotDesk;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  const state = desk.loadState.value;
  if (state === "loading") return <Loading lines={5} />;
  if (state === "ready") return <>{children}</>;
  return (
    <div class="card">
      <LoadFailed onRetry={() => void desk.reload()} />
    </div>
  );
}

/** Reads the newest fill out to screen readers. */
function FillAnnouncer(
  { fills }: { readonly fills: readonly Fill[] },
): JSX.Element {
  const newest = fills[0];
  const words = newest && t.bot.newFill(
    `${t.bot[newest.orderSide]} ${formatPrice(newest.price)}`,
  );
  return <p class="visually-hidden" aria-live="polite">{words}</p>;
}
