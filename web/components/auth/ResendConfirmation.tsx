import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { placeRefusal } from "../../pages/auth_fields.ts";
import { useApp } from "../../state/app_context.ts";
import { Button } from "../Button.tsx";
import { Notice } from "../Notice.tsx";
import { useTask } from "../use_task.ts";

/** Has the mail with the confirming link sent once more, and says so. */
export function ResendConfirmation(
  { email }: { readonly email: string },
): JSX.Element {
  const { auth } = useApp();
  const wasResent = useSignal(false);
  const task = useTask();
  const refusal = placeRefusal(task.failure.value);
  const problem = refusal.form ?? refusal.email;

  async function resend(): Promise<void> {
    wasResent.value = false;
    wasResent.value = await task.run(() => auth.resendConfirmation(email));
  }

  return (
    <>
      {wasResent.value && (
        <Notice kind="ok">{t.auth.signUp.confirmResent}</Notice>
      )}
      {problem && <Notice kind="error">{problem}</Notice>}
      <Button wide busy={task.isBusy.value} onClick={() => void resend()}>
        {t.auth.signUp.confirmAgain}
      </Button>
    </>
  );
}
