import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { t } from "../i18n/mod.ts";
import { useApp, useTrader } from "../state/app_context.ts";
import { apiWords } from "./api_words.ts";
import { Button } from "./Button.tsx";
import { Notice } from "./Notice.tsx";
import { useTask } from "./use_task.ts";

/** Opens a paper account in one click. Absent where no paper exchange runs, and
 * for whom nothing is opened any more. */
export function OpenPaperButton(
  props: { readonly kind?: "primary" | "default"; readonly thenTo?: string },
): JSX.Element | null {
  const { api, config } = useApp();
  const { trader } = useTrader();
  const { route } = useLocation();
  const task = useTask();
  const failure = task.failure.value;
  if (config.venues.paper === null || trader.isClosed.value) return null;

  async function open(): Promise<void> {
    const isDone = await task.run(async () => {
      await api.openPaperAccount();
      await trader.reload();
    });
    if (isDone && props.thenTo !== undefined) route(props.thenTo);
  }

  return (
    <>
      <Button
        kind={props.kind ?? "default"}
        icon="play"
        busy={task.isBusy.value}
        onClick={() => void open()}
      >
        {task.isBusy.value ? t.keys.openingPaper : t.keys.openPaper}
      </Button>
      {failure !== null && <Notice kind="error">{apiWords(failure)}</Notice>}
    </>
  );
}
