import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { Button } from "../Button.tsx";
import { Notice } from "../Notice.tsx";

/** A webhook's key, the one time it is shown. */
export function SecretNotice(
  { secret }: { readonly secret: string },
): JSX.Element {
  const isCopied = useSignal(false);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(secret);
      isCopied.value = true;
    } catch {
      // No clipboard in this browser: it can be selected by hand.
    }
  }
  return (
    <Notice
      kind="warn"
      actions={
        <Button onClick={() => void copy()}>
          {isCopied.value ? t.alerts.copied : t.alerts.copy}
        </Button>
      }
    >
      <strong>{t.alerts.secretTitle}</strong>
      <p class="mono break">{secret}</p>
      <p>{t.alerts.secretText}</p>
    </Notice>
  );
}
