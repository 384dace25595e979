import { useModel, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useMemo } from "preact/hooks";
import { BotFormView, StrategyChoice } from "../components/BotFormView.tsx";
import { ButtonLink } from "../components/Button.tsx";
import { EmptyState, LoadFailed, Loading } from "../components/EmptyState.tsx";
import { SelectField } from "../components/Field.tsx";
import { formatMoney } from "../components/format.ts";
import { MarketPicker } from "../components/MarketPicker.tsx";
import { OpenPaperButton } from "../components/OpenPaperButton.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { useTask } from "../components/use_task.ts";
import { takeBotDraft } from "../data/bot_draft.ts";
import type { ExchangeKey } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { endpointsOf, useApp, useTrader } from "../state/app_context.ts";
import { type BotForm, BotFormModel } from "../state/bot_form.ts";
import { type BotPlace, BotPlaceModel } from "../state/bot_place.ts";

const SYMBOL_DEFAULT = "BNB/USDT:USDT";

/** A new bot: where it trades, its grid, and what that would do. */
export function CreateBot(): JSX.Element {
  const { trader } = useTrader();
  const state = trader.loadState.value;
  const keys = trader.activeKeys.value;
  return (
    <Page title={t.form.createTitle}>
      <PageHead title={t.form.createTitle} lead={t.form.lead} />
      {state === "loading"
        ? <Loading lines={6} />
        : state === "failed"
        ? <LoadFailed onRetry={trader.retry} />
        : keys[0] === undefined
        ? <NoKeys />
        : <NewBot keys={keys} first={keys[0]} />}
    </Page>
  );
}

function NoKeys(): JSX.Element {
  return (
    <div class="card">
      <EmptyState icon="key" title={t.form.noKeys} text={t.form.noKeysText}>
        <OpenPaperButton kind="primary" />
        <ButtonLink href="/keys/new" icon="key">{t.keys.connect}</ButtonLink>
      </EmptyState>
    </div>
  );
}

/** A name nobody has changed goes with the market. */
function useSuggestedName(form: BotForm, place: BotPlace): void {
  const suggested = useSignal(form.texts.name.peek());
  useSignalEffect(() => {
    const base = place.symbol.value.split("/")[0] ?? "";
    if (form.texts.name.peek() !== suggested.peek() || base === "") return;
    suggested.value = t.form.nameDefault(base);
    form.texts.name.value = suggested.peek();
  });
}

/** The form, with what another page such as the backtest has prepared. */
function useNewBot(): { readonly form: BotForm; readonly place: BotPlace } {
  const draft = useMemo(takeBotDraft, []);
  const form = useModel(() =>
    new BotFormModel({
      name: t.form.nameDefault("BNB"),
      config: draft?.config ?? {},
      strategy: draft?.strategy ?? "as_grid",
    })
  );
  const place = useModel(() =>
    new BotPlaceModel(form, draft?.symbol ?? SYMBOL_DEFAULT)
  );
  return { form, place };
}

function NewBot(
  { keys, first }: {
    readonly keys: readonly ExchangeKey[];
    readonly first: ExchangeKey;
  },
): JSX.Element {
  const { api, config } = useApp();
  const { trader } = useTrader();
  const { route } = useLocation();
  const { form, place } = useNewBot();
  const keyId = useSignal(first.id);
  const task = useTask();
  const key = keys.find(({ id }) => id === keyId.value) ?? first;

  useEffect(() => {
    void place.open(endpointsOf(config, key.venue));
  }, [key.venue]);

  useSuggestedName(form, place);

  async function submit(): Promise<void> {
    form.wasSubmitted.value = true;
    const grid = form.config.peek();
    const symbol = place.symbol.peek();
    const name = form.texts.name.peek().trim();
    if (grid === null || symbol === "" || name === "") return;
    const request = {
      exchangeKeyId: key.id,
      name,
      symbol,
      strategy: form.strategy.peek(),
      config: grid,
    };
    await task.run(async () => {
      const id = await api.createBot(request);
      await trader.reload();
      route(`/bots/${id}`);
    });
  }

  return (
    <BotFormView
      form={form}
      place={place}
      keyId={key.id}
      task={task}
      label={t.form.createTitle}
      submit={t.form.submitCreate}
      note={t.form.createdHint}
      onSubmit={() => void submit()}
    >
      <div class="field-pair">
        <SelectField
          label={t.form.account}
          name="account"
          value={keyId}
          options={keys.map(({ id, label, venue, keyHint }) => ({
            value: id,
            label: [...new Set([label, t.venues[venue], keyHint])].join(" · "),
          }))}
        />
        <Market place={place} wasSubmitted={form.wasSubmitted.value} />
      </div>
      <StrategyChoice form={form} />
    </BotFormView>
  );
}

function Market(
  { place, wasSubmitted }: {
    readonly place: BotPlace;
    readonly wasSubmitted: boolean;
  },
): JSX.Element {
  const state = place.state.value;
  const symbol = place.symbol.value;
  const market = place.markets.value.find((one) => one.symbol === symbol);
  const hint = state === "loading"
    ? t.form.marketLoading
    : state === "failed"
    ? t.form.marketFailed
    : market && t.form.marketHint(
      `${formatMoney(market.minNotional)} ${market.quote}`,
      market.maxLeverage,
    );
  return (
    <MarketPicker
      place={place}
      hint={hint}
      error={wasSubmitted && symbol === "" ? t.form.marketMissing : null}
    />
  );
}
