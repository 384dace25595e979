import { useModel, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useEffect, useMemo } from "preact/hooks";
import {
  BotFormView,
  StrategyChoice,
} from "../components/create/BotFormView.tsx";
import { ButtonLink } from "../components/Button.tsx";
import { EmptyState, LoadFailed, Loading } from "../components/EmptyState.tsx";
import { SelectField } from "../components/Field.tsx";
import { formatMoney } from "../components/format.ts";
import { ImportButton } from "../components/create/ImportButton.tsx";
import {
  MarketPicker,
  tickerWords,
} from "../components/create/MarketPicker.tsx";
import { Notice } from "../components/Notice.tsx";
import { OpenPaperButton } from "../components/OpenPaperButton.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { type Task, useTask } from "../components/use_task.ts";
import { takeBotDraft } from "../data/bot_draft.ts";
import type { ExchangeKey } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { endpointsOf, useApp, useTrader } from "../state/app_context.ts";
import type { BotFileAnswer } from "../state/bot_file.ts";
import { type BotForm, BotFormModel } from "../state/bot_form.ts";
import { strategyOf } from "../state/bot_form_fields.ts";
import { type BotPlace, BotPlaceModel } from "../state/bot_place.ts";
import {
  applyPreset,
  investmentOf,
  presetOf,
  VOLATILITY_TYPICAL,
} from "../state/presets.ts";

const SYMBOL_DEFAULT = "BNB/USDT:USDT";
const BASE_DEFAULT = "BNB";

/** A new bot: where it trades, its grid, and what that would do. */
export function CreateBot(): JSX.Element {
  const { trader } = useTrader();
  const state = trader.loadState.value;
  const keys = trader.activeKeys.value;
  return (
    <Page title={t.form.createTitle} width="wide">
      {state === "loading"
        ? <Loading lines={6} />
        : state === "failed"
        ? <LoadFailed onRetry={trader.retry} />
        : keys[0] === undefined
        ? (
          <>
            <PageHead title={t.form.createTitle} lead={t.form.lead} />
            <NoKeys />
          </>
        )
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
  const suggested = useSignal(t.form.nameDefault(BASE_DEFAULT));
  useSignalEffect(() => {
    const base = place.symbol.value.split("/")[0] ?? "";
    if (form.texts.name.peek() !== suggested.peek() || base === "") return;
    suggested.value = t.form.nameDefault(base);
    form.texts.name.value = suggested.peek();
  });
}

/** The form, with what another page has prepared: a backtest, or a bot's copy. */
function useNewBot(): { readonly form: BotForm; readonly place: BotPlace } {
  const { trader } = useTrader();
  const { query } = useLocation();
  const draft = useMemo(() => {
    const original = trader.bots.peek().get(query.from ?? "");
    const strategy = strategyOf(original?.strategy);
    if (original === undefined || strategy === null) return takeBotDraft();
    return { ...original, strategy, name: t.form.copiedFrom(original.name) };
  }, []);
  const form = useModel(() =>
    new BotFormModel({
      name: draft !== null && "name" in draft
        ? draft.name
        : t.form.nameDefault(BASE_DEFAULT),
      config: draft?.config ?? {},
      strategy: draft?.strategy ?? "as_grid",
    })
  );
  const place = useModel(() =>
    new BotPlaceModel(form, draft?.symbol ?? SYMBOL_DEFAULT)
  );
  return { form, place };
}

/** Sends what is in the form and goes to the bot it made. */
function useCreate(
  { form, place, keyId }: {
    readonly form: BotForm;
    readonly place: BotPlace;
    readonly keyId: string;
  },
): { readonly task: Task; readonly submit: () => Promise<void> } {
  const { api } = useApp();
  const { trader } = useTrader();
  const { route } = useLocation();
  const task = useTask();
  async function submit(): Promise<void> {
    form.wasSubmitted.value = true;
    const grid = form.config.peek();
    const symbol = place.symbol.peek();
    const name = form.texts.name.peek().trim();
    if (grid === null || symbol === "" || name === "") return;
    const request = {
      exchangeKeyId: keyId,
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
  return { task, submit };
}

function NewBot(
  { keys, first }: {
    readonly keys: readonly ExchangeKey[];
    readonly first: ExchangeKey;
  },
): JSX.Element {
  const { config } = useApp();
  const { form, place } = useNewBot();
  const keyId = useSignal(first.id);
  const key = keys.find(({ id }) => id === keyId.value) ?? first;

  const endpoints = endpointsOf(config, key.venue);
  useEffect(() => {
    void place.open(endpoints);
    return place.watch();
  }, [key.venue]);

  useSuggestedName(form, place);
  useFirstRange(form, place);
  const { task, submit } = useCreate({ form, place, keyId: key.id });

  return (
    <>
      <CreateHead form={form} place={place} />
      <BotFormView
        form={form}
        place={place}
        keyId={key.id}
        endpoints={endpoints}
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
              label: [...new Set([label, t.venues[venue], keyHint])].join(
                " · ",
              ),
            }))}
          />
          <Market place={place} wasSubmitted={form.wasSubmitted.value} />
        </div>
        <StrategyChoice form={form} />
      </BotFormView>
    </>
  );
}

/** A range nobody has typed yet is the balanced preset's. */
function useFirstRange(form: BotForm, place: BotPlace): void {
  useSignalEffect(() => {
    const market = form.market.value;
    const price = form.price.value;
    const dailyVolatility = place.figures.volatility.value;
    const isMeasuring = place.figures.isMeasuring.value;
    const isRange = form.strategy.value === "range_grid";
    if (!isRange || market === null || price === null) return;
    const isEmpty = form.texts.lowerPrice.peek() === "" &&
      form.texts.upperPrice.peek() === "";
    if (!isEmpty || isMeasuring) return;
    const input = {
      dailyVolatility: dailyVolatility ?? VOLATILITY_TYPICAL,
      price,
      market,
      investment: investmentOf(form),
    };
    applyPreset(form, presetOf("balanced", input));
  });
}

/** The title, and the way in for settings from a file. */
function CreateHead(
  { form, place }: { readonly form: BotForm; readonly place: BotPlace },
): JSX.Element {
  const answer = useSignal<BotFileAnswer | null>(null);
  const read = answer.value;
  function take(next: BotFileAnswer): void {
    answer.value = next;
    if (next.kind === "refused") return;
    const { file } = next;
    const isTraded = place.state.peek() !== "ready" ||
      place.markets.peek().some(({ symbol }) => symbol === file.symbol);
    if (!isTraded) {
      const words = [t.form.file.notTraded(file.symbol)];
      answer.value = { kind: "refused", words };
      return;
    }
    form.fill(file);
    place.choose(file.symbol);
  }
  return (
    <>
      <PageHead title={t.form.createTitle} lead={t.form.lead}>
        <ImportButton onRead={take} />
      </PageHead>
      {read?.kind === "file" && (
        <Notice kind="ok">{t.form.importDone(read.file.name)}</Notice>
      )}
      {read?.kind === "refused" && (
        <Notice kind="error">
          {t.form.importFailed} {read.words.join(" ")}
        </Notice>
      )}
    </>
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
  const ticker = market && place.figures.tickers.value.get(market.venueSymbol);
  const hint = state === "loading"
    ? t.form.marketLoading
    : state === "failed"
    ? t.form.marketFailed
    : market && [
      ...(ticker === undefined ? [] : [tickerWords(ticker, market)]),
      t.form.marketHint(
        `${formatMoney(market.minNotional)} ${market.quote}`,
        market.maxLeverage,
      ),
    ].join(" · ");
  return (
    <MarketPicker
      place={place}
      hint={hint}
      error={wasSubmitted && symbol === "" ? t.form.marketMissing : null}
    />
  );
}
