import { useModel } from "@preact/signals";
import type { JSX } from "preact";
import { useLocation, useRoute } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";
import { BotFormView } from "../components/create/BotFormView.tsx";
import { NoSuchBot } from "../components/desk/NoSuchBot.tsx";
import { LoadFailed, Loading } from "../components/EmptyState.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { useTask } from "../components/use_task.ts";
import type { Bot, ExchangeKey } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { endpointsOf, useApp, useTrader } from "../state/app_context.ts";
import { BotFormModel } from "../state/bot_form.ts";
import { strategyOf } from "../state/bot_form_fields.ts";
import { BotPlaceModel } from "../state/bot_place.ts";

/** Changing a bot's name and settings; account and market stay. */
export function EditBot(): JSX.Element {
  const { trader } = useTrader();
  const id = useRoute().params.id ?? "";
  const state = trader.loadState.value;
  const bot = trader.bots.value.get(id);
  const keys = trader.keys.value;
  const key = keys.find((one) => one.id === bot?.exchangeKeyId);
  if (bot === undefined || key === undefined) {
    return (
      <Page title={t.bot.edit} width="wide">
        {state === "loading"
          ? <Loading lines={6} />
          : state === "failed"
          ? <LoadFailed onRetry={trader.retry} />
          : <NoSuchBot />}
      </Page>
    );
  }
  return (
    <Page title={t.form.editTitle(bot.name)} width="wide">
      <PageHead
        title={t.form.editTitle(bot.name)}
        lead={`${bot.symbol.split(":")[0]} · ${key.label}`}
      />
      <EditForm key={bot.id} bot={bot} exchangeKey={key} />
    </Page>
  );
}

function EditForm(
  { bot, exchangeKey }: {
    readonly bot: Bot;
    readonly exchangeKey: ExchangeKey;
  },
): JSX.Element {
  const { api, config } = useApp();
  const { trader } = useTrader();
  const { route } = useLocation();
  const form = useModel(() =>
    new BotFormModel({
      name: bot.name,
      config: bot.config,
      strategy: strategyOf(bot.strategy) ?? "as_grid",
    })
  );
  const place = useModel(() => new BotPlaceModel(form, bot.symbol));
  const task = useTask();
  // What the fields began with; another tab may save meanwhile.
  const configVersion = useRef(bot.configVersion).current;

  const endpoints = endpointsOf(config, exchangeKey.venue);
  useEffect(() => {
    void place.open(endpoints);
    return place.watch();
  }, []);

  async function submit(): Promise<void> {
    form.wasSubmitted.value = true;
    const grid = form.config.peek();
    const name = form.texts.name.peek().trim();
    if (grid === null || name === "") return;
    await task.run(async () => {
      await api.updateBot(bot.id, { name, config: grid, configVersion });
      await trader.reload();
      route(`/bots/${bot.id}`);
    });
  }

  const isLive = bot.status === "running" || bot.status === "starting";
  return (
    <BotFormView
      form={form}
      place={place}
      keyId={exchangeKey.id}
      endpoints={endpoints}
      task={task}
      label={t.form.editTitle(bot.name)}
      submit={t.form.submitEdit}
      {...(isLive && {
        note: bot.strategy === "range_grid"
          ? t.form.runningNoteRange
          : t.form.runningNote,
      })}
      onSubmit={() => void submit()}
    >
      {null}
    </BotFormView>
  );
}
