import { useModel, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type BotPreview, parseBotPreview } from "../../data/bot_preview.ts";
import type { Bot, Venue } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import { strategyOf } from "../../state/bot_form_fields.ts";
import { PreviewModel } from "../../state/preview.ts";
import { apiWords } from "../api_words.ts";
import { Button } from "../Button.tsx";
import { Dialog } from "../Dialog.tsx";
import { TextField } from "../Field.tsx";
import { isNear } from "../chart/chart_lines.ts";
import { formatAverage, formatMoney } from "../format.ts";
import { Notice } from "../Notice.tsx";
import { settingLines } from "./SettingsList.tsx";
import { useTask } from "../use_task.ts";

/** More settings than these are on the settings tab. */
const LINES_SHOWN = 6;

/**
 * The last check before a bot trades real money: what it would do, what it can
 * lose, and the coin's name typed by hand.
 */
export function StartDialog(
  { bot, venue, onClose }: {
    readonly bot: Bot;
    readonly venue: Venue;
    readonly onClose: () => void;
  },
): JSX.Element {
  const { api } = useApp();
  const task = useTask();
  const typed = useSignal("");
  const failure = task.failure.value;
  const base = bot.symbol.split("/")[0] ?? bot.symbol;
  const isConfirmed = typed.value.trim().toUpperCase() === base;
  const lines = settingLines({ ...bot, base }) ?? [];

  async function start(): Promise<void> {
    if (!isConfirmed) return;
    if (await task.run(() => api.startBot(bot.id))) onClose();
  }

  return (
    <Dialog title={t.bot.startTitle(bot.name)} onClose={onClose}>
      <p>{t.bot.startText(t.venues[venue])}</p>
      <dl class="facts facts--dense facts--boxed">
        <div>
          <dt>{t.form.market}</dt>
          <dd>{bot.symbol.split(":")[0]}</dd>
        </div>
        {lines.slice(0, LINES_SHOWN).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="num">{value}</dd>
          </div>
        ))}
        <Stakes bot={bot} />
      </dl>
      <Notice kind="warn">
        {venue === "bitget" ? t.bot.startReal : t.bot.startDemo}
      </Notice>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <TextField
          label={t.bot.startType(base)}
          name="confirm"
          value={typed}
          placeholder={base}
        />
        {failure !== null && <Notice kind="error">{apiWords(failure)}</Notice>}
        <div class="actions actions--end">
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button
            kind="primary"
            icon="play"
            type="submit"
            disabled={!isConfirmed}
            busy={task.isBusy.value}
          >
            {t.bot.startConfirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What can be lost and where it ends, at the price of now. */
function Stakes({ bot }: { readonly bot: Bot }): JSX.Element {
  const { api } = useApp();
  const model = useModel(PreviewModel);
  const strategy = strategyOf(bot.strategy);
  useEffect(() => {
    if (strategy === null) return;
    const { exchangeKeyId, symbol, config } = bot;
    const request = { exchangeKeyId, symbol, strategy, config };
    model.ask(async () => parseBotPreview(await api.previewBot(request)));
    return () => model.clear();
  }, []);
  const preview = model.preview.value;
  const failed = model.state.value === "failed";
  return (
    <>
      <div>
        <dt>{t.preview.worstLoss}</dt>
        <dd class="num" data-stake="loss">
          {preview === null
            ? failed ? t.preview.failed : t.preview.updating
            : formatMoney(-preview.worstLoss)}
        </dd>
      </div>
      {preview !== null && <Ends preview={preview} />}
    </>
  );
}

function Ends({ preview }: { readonly preview: BotPreview }): JSX.Element {
  return (
    <>
      <div>
        <dt>{t.preview.equityNeeded}</dt>
        <dd class="num">{formatMoney(preview.requiredEquity)}</dd>
      </div>
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
                : isNear(price, preview.referencePrice)
                ? formatAverage(price)
                : t.desk.liquidationFar}
            </span>
          ))}
        </dd>
      </div>
    </>
  );
}
