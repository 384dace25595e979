import type { JSX } from "preact";
import type { BotPreview } from "../data/bot_preview.ts";
import { t } from "../i18n/mod.ts";
import type { BotForm } from "../state/bot_form.ts";
import type { Preview } from "../state/preview.ts";
import { apiWords } from "./api_words.ts";
import {
  decimalsOf,
  formatMoney,
  formatPercent,
  formatPrice,
  formatSize,
} from "./format.ts";
import { Signed } from "./Signed.tsx";

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
    ? apiWords(failure)
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
    <div class={isOld ? "preview__figures is-old" : "preview__figures"}>
      <dl class="facts">
        <div>
          <dt>{t.preview.netProfit}</dt>
          <dd>
            <Signed value={preview.netPerGrid} fine />{" "}
            <span class="muted small line">
              {formatPercent(preview.netFraction, { max: 2 })}{" "}
              {t.preview.afterFees}
            </span>
          </dd>
        </div>
        <div>
          <dt>{t.preview.notional}</dt>
          <dd class="num">{formatMoney(preview.worstNotional)}</dd>
        </div>
        <div>
          <dt>{t.preview.margin}</dt>
          <dd class="num">{formatMoney(preview.worstMargin)}</dd>
        </div>
        <div>
          <dt>{t.preview.minInvestment}</dt>
          <dd class="num">{formatMoney(preview.minimumInvestment)}</dd>
        </div>
        <div>
          <dt>{t.preview.liquidation}</dt>
          <dd class="num">
            {preview.liquidations.map(({ positionSide, price }) => (
              <span class="line" key={positionSide}>
                {t.bot[positionSide]}{" "}
                {price === null
                  ? t.preview.never
                  : formatPrice(price, decimals)}
              </span>
            ))}
          </dd>
        </div>
      </dl>
      <PreviewOrders preview={preview} decimals={decimals} base={base} />
      <p class="small muted preview__note">{t.preview.estimate}</p>
    </div>
  );
}

function PreviewOrders(
  { preview, decimals, base }: {
    readonly preview: BotPreview;
    readonly decimals: number | undefined;
    readonly base: string;
  },
): JSX.Element {
  const orders = [...preview.orders].sort((a, b) => b.price - a.price);
  return (
    <div>
      <h3 class="preview__orders-title">{t.preview.orders}</h3>
      <ul class="ladder">
        {orders.map((order) => (
          <li key={`${order.positionSide}-${order.purpose}`}>
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
    </div>
  );
}
