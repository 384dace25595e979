import type { JSX } from "preact";
import type { ExchangeKey } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp, useTrader } from "../../state/app_context.ts";
import { apiWords } from "../api_words.ts";
import { Button } from "../Button.tsx";
import { Dialog } from "../Dialog.tsx";
import { Notice } from "../Notice.tsx";
import { useTask } from "../use_task.ts";

/** Asks before a key is removed for good. */
export function RemoveKeyDialog(
  { exchangeKey: key, onClose }: {
    readonly exchangeKey: ExchangeKey;
    readonly onClose: () => void;
  },
): JSX.Element {
  const { api } = useApp();
  const { trader } = useTrader();
  const task = useTask();
  const failure = task.failure.value;

  async function remove(): Promise<void> {
    const isDone = await task.run(async () => {
      await api.revokeKey(key.id);
      await trader.reload();
    });
    if (isDone) onClose();
  }

  return (
    <Dialog title={t.keys.removeTitle(key.label)} onClose={onClose}>
      <p>
        {key.venue === "paper" ? t.keys.removePaperText : t.keys.removeText}
      </p>
      {failure !== null && <Notice kind="error">{apiWords(failure)}</Notice>}
      <div class="actions actions--end">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button
          kind="danger"
          busy={task.isBusy.value}
          onClick={() => void remove()}
        >
          {t.keys.removeConfirm}
        </Button>
      </div>
    </Dialog>
  );
}
