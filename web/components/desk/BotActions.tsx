import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Bot, Venue } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import { botFileText } from "../../state/bot_file.ts";
import { apiWords } from "../api_words.ts";
import { Button, ButtonLink } from "../Button.tsx";
import { download } from "../download.ts";
import { Notice } from "../Notice.tsx";
import { StartDialog } from "./StartDialog.tsx";
import { CloseDialog, type Exposure, StopDialog } from "./StopDialog.tsx";
import { useTask } from "../use_task.ts";

type DialogName = "start" | "stop" | "close";

/** What can be asked of a bot now. Paper starts at once, real money asks first. */
export function BotActions(
  { bot, venue, exposure }: {
    readonly bot: Bot;
    readonly venue: Venue | null;
    readonly exposure: Exposure;
  },
): JSX.Element {
  const { api } = useApp();
  const dialog = useSignal<DialogName | null>(null);
  const task = useTask();
  const failure = task.failure.value;
  const isBusy = task.isBusy.value;
  const isActive = bot.status === "starting" || bot.status === "running" ||
    (bot.isPending && bot.desiredState === "running");
  const isSettled = !isActive && bot.status !== "stopping" && !bot.isPending;
  // Unknown is offered as well: closing what is not there does no harm.
  const hasLeft = exposure.orders?.length !== 0 || exposure.positions !== 0;

  function start(): void {
    if (venue === "paper") void task.run(() => api.startBot(bot.id));
    else dialog.value = "start";
  }

  return (
    <>
      <div class="actions">
        {isSettled && hasLeft && bot.status !== "idle" && (
          <Button onClick={() => (dialog.value = "close")}>
            {t.bot.closePositions}
          </Button>
        )}
        <CopyActions bot={bot} />
        <ButtonLink href={`/bots/${bot.id}/edit`} icon="edit">
          {t.bot.edit}
        </ButtonLink>
        {isActive
          ? (
            <Button icon="stop" onClick={() => (dialog.value = "stop")}>
              {t.bot.stop}
            </Button>
          )
          : (
            <Button
              kind="primary"
              icon="play"
              busy={isBusy}
              disabled={!isSettled || venue === null}
              onClick={start}
            >
              {t.bot.start}
            </Button>
          )}
      </div>
      {failure !== null && (
        <div class="bot-head__failure">
          <Notice kind="error">{apiWords(failure)}</Notice>
        </div>
      )}
      <BotDialogs
        open={dialog.value}
        bot={bot}
        venue={venue}
        exposure={exposure}
        onClose={() => (dialog.value = null)}
      />
    </>
  );
}

/** Taking the settings elsewhere: into another bot, or a file. */
function CopyActions({ bot }: { readonly bot: Bot }): JSX.Element {
  return (
    <>
      <ButtonLink href={`/bots/new?from=${bot.id}`} icon="copy" kind="quiet">
        {t.desk.copy}
      </ButtonLink>
      <Button
        icon="download"
        kind="quiet"
        onClick={() =>
          download({
            name: `${bot.name}.json`,
            type: "application/json",
            text: botFileText(bot),
          })}
      >
        {t.desk.exportConfig}
      </Button>
    </>
  );
}

function BotDialogs(
  { open, venue, ...props }: {
    readonly open: DialogName | null;
    readonly bot: Bot;
    readonly venue: Venue | null;
    readonly exposure: Exposure;
    readonly onClose: () => void;
  },
): JSX.Element | null {
  if (open === "stop") return <StopDialog {...props} />;
  if (open === "close") return <CloseDialog {...props} />;
  if (open === null || venue === null) return null;
  const { bot, onClose } = props;
  return <StartDialog bot={bot} venue={venue} onClose={onClose} />;
}
