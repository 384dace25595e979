import { useModel, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { AdminApi, AllowlistResult } from "../../data/admin_api.ts";
import { t } from "../../i18n/mod.ts";
import { AllowlistChangeModel } from "../../state/allowlist_change.ts";
import { apiWords } from "../api_words.ts";
import { Button } from "../Button.tsx";
import { Dialog } from "../Dialog.tsx";
import { Notice } from "../Notice.tsx";
import { LeavingChoice } from "./AllowlistForm.tsx";
import { AllowlistPreviewList } from "./AllowlistPreviewList.tsx";

/** Asks before a UID leaves the allowlist, and what becomes of its user. */
export function RemoveUidDialog(
  { uid, admin, onClose, onDone }: {
    readonly uid: string;
    readonly admin: AdminApi;
    readonly onClose: () => void;
    readonly onDone: (result: AllowlistResult) => void;
  },
): JSX.Element {
  const leaving = useSignal("keep");
  const draft = useModel(() => new AllowlistChangeModel(admin));
  const chosen = leaving.value;
  const graceHours = chosen === "keep" ? null : Number(chosen);
  const preview = draft.preview.value;
  const failure = draft.failure.value;
  useEffect(() => {
    void draft.look({ remove: [uid], graceHours });
  }, [uid, chosen]);

  async function remove(): Promise<void> {
    const result = await draft.apply();
    if (result !== null) onDone(result);
  }

  return (
    <Dialog title={t.admin.allowlist.removeTitle(uid)} onClose={onClose}>
      <LeavingChoice choice={leaving} />
      {preview === null && failure === null && (
        <p class="muted" role="status">{t.common.loading}</p>
      )}
      {preview !== null && (
        <AllowlistPreviewList preview={preview} graceHours={graceHours} />
      )}
      {failure !== null && <Notice kind="error">{apiWords(failure)}</Notice>}
      <div class="actions actions--end">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button
          kind="danger"
          busy={draft.isBusy.value}
          disabled={preview === null}
          onClick={() => void remove()}
        >
          {t.admin.allowlist.remove}
        </Button>
      </div>
    </Dialog>
  );
}
