import type { JSX } from "preact";
import type { Bot, Venue } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import type { MarketView } from "../../state/market_desk.ts";
import { BotActions } from "./BotActions.tsx";
import { decimalsOf, formatPrice } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { StatusBadge, VenueBadge } from "../StatusBadge.tsx";
import type { Exposure } from "./StopDialog.tsx";

/** Which bot this is, how it stands, and what can be asked of it. */
export function BotHead(
  { bot, venue, view, exposure }: {
    readonly bot: Bot;
    readonly venue: Venue | null;
    readonly view: MarketView;
    readonly exposure: Exposure;
  },
): JSX.Element {
  return (
    <div class="bot-head">
      <a class="bot-head__back" href="/bots">
        <Icon name="back" size={16} />
        {t.bots.title}
      </a>
      <div class="bot-head__name">
        <h1>{bot.name}</h1>
        <span role="status">
          <StatusBadge bot={bot} />
        </span>
        {venue !== null && <VenueBadge venue={venue} />}
      </div>
      <p class="bot-head__market">
        <span class="muted">{bot.symbol.split(":")[0]}</span>
        <LivePrice view={view} />
      </p>
      <BotActions bot={bot} venue={venue} exposure={exposure} />
    </div>
  );
}

/** Alone, so that a moving price redraws only itself. */
function LivePrice({ view }: { readonly view: MarketView }): JSX.Element {
  const price = view.price.value;
  const rules = view.market.value;
  return (
    <span class="num bot-head__price">
      {formatPrice(
        price,
        rules === null ? undefined : decimalsOf(rules.tickSize),
      )}
    </span>
  );
}
