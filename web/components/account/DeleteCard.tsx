import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { deleteAccount } from "../../data/account_api.ts";
import { AuthRefusal } from "../../data/auth_api.ts";
import { t } from "../../i18n/mod.ts";
import { placeRefusal } from "../../pages/auth_fields.ts";
import { useApp, useTrader } from "../../state/app_context.ts";
import { openPositionsOf } from "../../state/figures.ts";
import { apiWords } from "../api_words.ts";
import { Form } from "../AuthCard.tsx";
import { Button } from "../Button.tsx";
import { Dialog } from "../Dialog.tsx";
import { TextField } from "../Field.tsx";
import { formatNames } from "../format.ts";
import { Notice } from "../Notice.tsx";
import { useTask } from "../use_task.ts";
import { ExportButton } from "./ExportCard.tsx";
import {
  presentPasswordError,
  PresentPasswordField,
} from "./PasswordField.tsx";

/** The end of an account: what goes, what is in the way, and the way there. */
export function DeleteCard(): JSX.Element {
  const { trader } = useTrader();
  const isOpen = useSignal(false);
  const running = trader.botList.value.filter((bot) =>
    bot.isPending || ["starting", "running", "stopping"].includes(bot.status)
  );
  return (
    <section class="card card__body stack" aria-labelledby="delete-title">
      <h2 id="delete-title">{t.account.remove.title}</h2>
      <p class="muted">{t.account.remove.text}</p>
      {running.length > 0 && (
        <Notice kind="warn">{t.account.remove.running(running.length)}</Notice>
      )}
      <div class="actions">
        <Button
          kind="danger"
          disabled={running.length > 0}
          onClick={() => (isOpen.value = true)}
        >
          {t.account.remove.open}
        </Button>
      </div>
      {isOpen.value && <DeleteDialog onClose={() => (isOpen.value = false)} />}
    </section>
  );
}

function DeleteDialog(
  { onClose }: { readonly onClose: () => void },
): JSX.Element {
  const { auth, client, session } = useApp();
  const typed = useSignal("");
  const password = useSignal("");
  const wasSubmitted = useSignal(false);
  const task = useTask();
  const email = session.user.value?.email ?? "";
  const failure = task.failure.value;
  const typedError = typed.value.trim().toLowerCase() === email.toLowerCase()
    ? null
    : t.account.remove.mismatch;
  const passwordError = presentPasswordError(password.value, failure);
  const shown = wasSubmitted.value;

  async function submit(): Promise<void> {
    wasSubmitted.value = true;
    if (typedError !== null || password.peek() === "") return;
    const isDone = await task.run(async () => {
      await auth.confirmPassword(email, password.peek());
      await deleteAccount(client, typed.peek());
    });
    // The server knows nobody any more: only this browser has to forget.
    if (isDone) await auth.signOut();
  }

  return (
    <Dialog title={t.account.remove.title} onClose={onClose}>
      <p>{t.account.remove.consequences}</p>
      <OpenPositions />
      <p>{t.account.remove.exportFirst}</p>
      <ExportButton />
      <Form onSubmit={() => void submit()} label={t.account.remove.title}>
        {failure !== null && passwordError === null && (
          <Notice kind="error">
            {failure instanceof AuthRefusal
              ? placeRefusal(failure).form
              : apiWords(failure)}
          </Notice>
        )}
        <TextField
          label={t.account.remove.confirm(email)}
          name="confirm-email"
          value={typed}
          error={shown ? typedError : null}
        />
        <PresentPasswordField
          value={password}
          error={shown ? passwordError : null}
        />
        <div class="actions actions--end">
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button kind="danger" type="submit" busy={task.isBusy.value}>
            {t.account.remove.submit}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** Positions a stopped bot has left: nobody will look after them. */
function OpenPositions(): JSX.Element | null {
  const { trader } = useTrader();
  const metrics = trader.metrics.value;
  const names = trader.botList.value
    .filter((bot) => (openPositionsOf(metrics.get(bot.id) ?? null) ?? 0) > 0)
    .map((bot) => bot.name);
  if (names.length === 0) return null;
  return (
    <Notice kind="warn">
      {t.account.remove.positions(formatNames(names))}
    </Notice>
  );
}
