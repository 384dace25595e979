import type { JSX } from "preact";
import type { Bot, Venue } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { useApp } from "../state/app_context.ts";
import { apiWords } from "./api_words.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { Notice } from "./Notice.tsx";
import { useTask } from "./use_task.ts";

/** Asks before a bot trades real money. */
export function StartDialog(
  { bot, venue, onClose }: {
    readonly bot: Bot;
    readonly venue: Venue;
    readonly onClose: () => void;
  },
): JSX.Element {
  const { api } = useApp();
  const task = useTask();
  const failure = task.failure.value;

  async function start(): Promise<void> {
    if (await task.run(() => api.startBot(bot.id))) onClose();
  }

  return (
    <Dialog title={t.bot.startTitle(bot.name)} onClose={onClose}>
      <p>{t.bot.startText(t.venues[venue])}</p>
      <Notice kind="warn">{t.bot.startReal}</Notice>
      {failure !== null && <Notice kind="error">{apiWords(failure)}</Notice>}
      <div class="actions actions--end">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button
          kind="primary"
          icon="play"
          busy={task.isBusy.value}
          onClick={() => void start()}
        >
          {t.bot.startConfirm}
        </Button>
      </div>
    </Dialog>
  );
}
