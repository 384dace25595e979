import type { JSX } from "preact";
import type { BotMoney } from "../../data/bot_money.ts";
import { t } from "../../i18n/mod.ts";
import type { MoneyStrip as Strip } from "../../state/money_strip.ts";
import { formatAgo, formatExact } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { Unknown } from "../Signed.tsx";
import { useNow } from "../use_now.ts";

/**
 * An amount to its last digit: two places to read, the rest smaller beside
 * them, so that what is shown adds up. Sign and arrow say what colour says.
 */
function Exact(
  { text, signed = false, arrow = false }: {
    readonly text: string | null;
    readonly signed?: boolean;
    readonly arrow?: boolean;
  },
): JSX.Element {
  if (text === null) return <Unknown />;
  const { main, rest } = formatExact(text, signed);
  const direction = !signed || !/[1-9]/.test(text)
    ? null
    : text.startsWith("-")
    ? "down"
    : "up";
  return (
    <span class={`num signed ${direction ?? ""}`} data-exact={text}>
      {arrow && direction !== null && (
        <Icon
          name={direction === "up" ? "arrowUp" : "arrowDown"}
          size={14}
        />
      )}
      <span>
        {main}
        {rest !== "" && <span class="exact__rest">{rest}</span>}
      </span>
    </span>
  );
}

const PARTS = ["gridProfit", "unpaired", "fees", "funding"] as const;

/** What the bot has made: four parts and their sum, each with what it is. */
export function MoneyStrip(
  { strip, money, pairs }: {
    readonly strip: Strip;
    readonly money: BotMoney | null;
    /** Closed pairs; null is unknown. */
    readonly pairs: number | null;
  },
): JSX.Element {
  const { strip: words } = t.desk;
  return (
    <section class="card strip" aria-label={t.bot.figures}>
      <dl>
        {PARTS.map((part) => (
          <div class="strip__part" key={part}>
            <dt>{words[part].name}</dt>
            <dd data-figure={part}>
              <Exact text={strip[part]} signed />
            </dd>
            <dd class="strip__what">
              {part === "gridProfit" && pairs !== null
                ? words.pairs(pairs)
                : words[part].what}
            </dd>
          </div>
        ))}
        <div class="strip__part strip__total">
          <dt>{words.total.name}</dt>
          <dd data-figure="total">
            <Exact text={strip.total} signed arrow />
          </dd>
          <dd class="strip__what">{words.total.what}</dd>
        </div>
        <div class="strip__part strip__equity">
          <dt>{t.bot.equity}</dt>
          <dd data-figure="equity">
            <Exact text={money?.equity ?? null} />
          </dd>
          <dd class="strip__what">
            {money === null
              ? words.equity
              : <Freshness atMs={money.updatedAtMs} />}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Freshness({ atMs }: { readonly atMs: number }): JSX.Element {
  const now = useNow();
  return <>{t.bot.updated(formatAgo(atMs, now.value))}</>;
}
