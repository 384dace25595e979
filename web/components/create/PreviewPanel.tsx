import type { JSX } from "preact";
import type { BotPreview } from "../../data/bot_preview.ts";
import { t } from "../../i18n/mod.ts";
import type { BotForm } from "../../state/bot_form.ts";
import { isPassing, type Preview } from "../../state/preview.ts";
import { apiWords } from "../api_words.ts";
import {
  decimalsOf,
  formatAverage,
  formatMoney,
  formatPercent,
  formatPrice,
  formatSize,
} from "../format.ts";
import { isNear } from "../chart/chart_lines.ts";
import { Signed } from "../Signed.tsx";

/** More orders than these are told as a number. */
const SHOWN_ORDERS = 10;

/** What the bot would do, beside the form. */
export function PreviewPanel(
  { form, model }: { readonly form: BotForm; readonly model: Preview },
): JSX.Element {
  const state = model.state.value;
  const preview = model.preview.value;
  const failure = model.failure.value;
  const market = form.market.value;
  const isWrong = form.config.value === null;
  const decimals = market === null ? undefined : decimalsOf(market.tickSize);
  const note = isWrong
    ? t.preview.fixFirst
    : state === "failed"
    ? isPassing(failure) ? t.preview.retrying : apiWords(failure)
    : preview === null
    ? t.preview.empty
    : null;
  return (
    <section class="card preview" aria-labelledby="preview-title">
      <div class="card__head">
        <h2 class="card__title" id="preview-title">{t.preview.title}</h2>
        <span class="small muted" role="status">
          {state === "loading" && !isWrong
            ? t.preview.updating
            : t.preview.unit(market?.quote ?? "USDT")}
        </span>
      </div>
      {note !== null
        ? <p class="card__body muted">{note}</p>
        : preview !== null && (
          <PreviewFigures
            preview={preview}
            decimals={decimals}
            base={market?.base ?? ""}
            isOld={state === "loading"}
          />
        )}
    </section>
  );
}

function PreviewFigures(
  { preview, decimals, base, isOld }: {
    readonly preview: BotPreview;
    readonly decimals: number | undefined;
    readonly base: string;
    readonly isOld: boolean;
  },
): JSX.Element {
  return (
    <div class="preview__figures" aria-busy={isOld}>
      <dl class="facts">
        <div>
          <dt>{t.preview.netProfitRange}</dt>
          <dd>
            <Profit profit={preview.profit} />
          </dd>
        </div>
        <div>
          <dt>
            {t.preview.equityNeeded}
            <span class="line small">{t.preview.equityNeededHint}</span>
          </dt>
          <dd class="num">{formatMoney(preview.requiredEquity)}</dd>
        </div>
        <div>
          <dt>
            {t.preview.smallestInvestment}
            <span class="line small">{t.preview.smallestHint}</span>
          </dt>
          <dd class="num">{formatMoney(preview.minimumInvestment)}</dd>
        </div>
        <div>
          <dt>
            {t.preview.worstLoss}
            <span class="line small">{t.preview.worstLossHint}</span>
          </dt>
          <dd>
            <Signed value={-preview.worstLoss} />
          </dd>
        </div>
        <Worst
          name={t.preview.notional}
          value={preview.worstNotional}
          isOfBoth={preview.isNotionalOfBoth}
        />
        <Worst
          name={t.preview.margin}
          value={preview.worstMargin}
          isOfBoth={preview.liquidations.length > 1}
        />
        <Liquidations preview={preview} decimals={decimals} />
        {preview.ordersWanted > SHOWN_ORDERS && (
          <div>
            <dt>{t.preview.ordersResting}</dt>
            <dd class="num">
              {t.preview.ordersOf(preview.ordersAllowed, preview.ordersWanted)}
            </dd>
          </div>
        )}
      </dl>
      <PreviewOrders preview={preview} decimals={decimals} base={base} />
      <p class="small muted preview__note">{t.preview.estimate}</p>
    </div>
  );
}

/** What would be held; both sides are never full in the same move. */
function Worst(
  { name, value, isOfBoth }: {
    readonly name: string;
    readonly value: number;
    readonly isOfBoth: boolean;
  },
): JSX.Element {
  return (
    <div>
      <dt>
        {name}
        {isOfBoth && <span class="line small">{t.preview.bothSides}</span>}
      </dt>
      <dd class="num">{formatMoney(value)}</dd>
    </div>
  );
}

/** Where each leg would be liquidated. */
function Liquidations(
  { preview, decimals }: {
    readonly preview: BotPreview;
    readonly decimals: number | undefined;
  },
): JSX.Element {
  return (
    <div>
      <dt>
        {t.preview.liquidation}
        <span class="line small">
          {t.preview.liquidationHint(formatMoney(preview.equity))}
        </span>
      </dt>
      <dd class="num">
        {preview.liquidations.map(({ positionSide, price }) => (
          <span class="line" key={positionSide}>
            {t.bot[positionSide]} {price === null
              ? t.preview.never
              : !isNear(price, preview.referencePrice)
              ? t.desk.liquidationFar
              : decimals === undefined
              ? formatAverage(price)
              : formatPrice(price, decimals)}
          </span>
        ))}
      </dd>
    </div>
  );
}

/** What a pair earns: one figure, or from the least to the most. */
function Profit(
  { profit }: { readonly profit: BotPreview["profit"] },
): JSX.Element {
  const { least, most } = profit;
  const percent = (fraction: number) => formatPercent(fraction, { max: 2 });
  const isOne = percent(least.netFraction) === percent(most.netFraction);
  return (
    <>
      <Signed value={least.net} fine />
      {!isOne && (
        <>
          {" – "}
          <Signed value={most.net} fine />
        </>
      )}{" "}
      <span class="muted small line">
        {isOne
          ? percent(least.netFraction)
          : `${percent(least.netFraction)} – ${percent(most.netFraction)}`}{" "}
        {t.preview.afterFees}
      </span>
    </>
  );
}

function PreviewOrders(
  { preview, decimals, base }: {
    readonly preview: BotPreview;
    readonly decimals: number | undefined;
    readonly base: string;
  },
): JSX.Element {
  // They come nearest to the price first; the rest is told as a number.
  const orders = preview.orders.slice(0, SHOWN_ORDERS)
    .toSorted((a, b) => b.price - a.price);
  const more = preview.orders.length - orders.length;
  return (
    <div>
      <h3 class="preview__orders-title">{t.preview.orders}</h3>
      <ul class="ladder">
        {orders.map((order) => (
          <li key={`${order.positionSide}-${order.purpose}-${order.price}`}>
            <span class="num">{formatPrice(order.price, decimals)}</span>
            <span>
              {t.bot[order.positionSide]} {t.bot.purposes[order.purpose]}
            </span>
            <span class="num muted">
              {formatSize(order.size)} {base}
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p class="small muted preview__more">{t.preview.moreOrders(more)}</p>
      )}
    </div>
  );
}
