import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { AdminApi, KILL_CONFIRMATION } from "../../data/admin_api.ts";
import type { KillPreview } from "../../data/admin_rows.ts";
import { STOP_POLICIES, type StopPolicy } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import { apiWords } from "../api_words.ts";
import { Button } from "../Button.tsx";
import { Dialog } from "../Dialog.tsx";
import { TextField } from "../Field.tsx";
import { formatList } from "../format.ts";
import { Notice } from "../Notice.tsx";
import { useTask } from "../use_task.ts";

/** Stopping everything of everybody: what it reaches, and words to type. */
export function KillDialog(
  { onClose }: { readonly onClose: () => void },
): JSX.Element {
  const { client } = useApp();
  const [admin] = useState(() => new AdminApi(client));
  const policy = useSignal<StopPolicy>("keep_take_profits");
  const typed = useSignal("");
  const wasTried = useSignal(false);
  const stopped = useSignal<number | null>(null);
  const task = useTask();
  const failure = task.failure.value;
  const chosen = policy.value;
  const isTyped = typed.value.trim() === KILL_CONFIRMATION;

  async function kill(): Promise<void> {
    wasTried.value = true;
    if (!isTyped) return;
    await task.run(async () => {
      stopped.value = await admin.kill(chosen, KILL_CONFIRMATION);
    });
  }

  if (stopped.value !== null) {
    return (
      <Dialog title={t.admin.kill.title} onClose={onClose}>
        <Notice kind="ok">{t.admin.kill.asked(stopped.value)}</Notice>
        <div class="actions actions--end">
          <Button kind="primary" onClick={onClose}>{t.common.close}</Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t.admin.kill.title} onClose={onClose}>
      <Policies chosen={chosen} onChoose={(value) => (policy.value = value)} />
      <Reach admin={admin} policy={chosen} />
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void kill();
        }}
      >
        <TextField
          label={t.admin.kill.type(KILL_CONFIRMATION)}
          name="confirmation"
          value={typed}
          error={wasTried.value && !isTyped
            ? t.admin.kill.mismatch(KILL_CONFIRMATION)
            : null}
        />
        {failure !== null && <Notice kind="error">{apiWords(failure)}</Notice>}
        <div class="actions actions--end">
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" kind="danger" busy={task.isBusy.value}>
            {t.admin.kill.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Policies(
  { chosen, onChoose }: {
    readonly chosen: StopPolicy;
    readonly onChoose: (policy: StopPolicy) => void;
  },
): JSX.Element {
  return (
    <div
      class="stack stack--tight"
      role="radiogroup"
      aria-label={t.admin.kill.title}
    >
      {STOP_POLICIES.map((value) => (
        <label class="choice" key={value}>
          <input
            type="radio"
            name="kill-policy"
            value={value}
            checked={value === chosen}
            onChange={() => onChoose(value)}
          />
          <span class="choice__title">
            {t.admin.kill.policies[value].title}
          </span>
          <span class="choice__text">{t.admin.kill.policies[value].text}</span>
        </label>
      ))}
    </div>
  );
}

/** How many bots, orders and positions, asked anew for each policy. */
function Reach(
  { admin, policy }: { readonly admin: AdminApi; readonly policy: StopPolicy },
): JSX.Element {
  const preview = useSignal<KillPreview | null>(null);
  const hasFailed = useSignal(false);
  useEffect(() => {
    let isWanted = true;
    preview.value = null;
    hasFailed.value = false;
    admin.previewKill(policy).then(
      (answer) => {
        if (isWanted) preview.value = answer;
      },
      () => {
        if (isWanted) hasFailed.value = true;
      },
    );
    return () => {
      isWanted = false;
    };
  }, [policy]);
  const reach = preview.value;
  if (hasFailed.value) {
    return <Notice kind="warn">{t.common.loadFailed}</Notice>;
  }
  if (reach === null) {
    return <p class="muted" role="status">{t.admin.kill.counting}</p>;
  }
  const words = t.admin.kill;
  if (reach.bots === 0) return <Notice>{words.nothing}</Notice>;
  return (
    <Notice kind="warn">
      <div class="kill-reach">
        <strong>{words.previewTitle}</strong>
        <ul>
          <li>
            {formatList([
              words.bots(reach.bots, reach.users),
              words.real(reach.realBots),
            ])}
          </li>
          <li>{words.canceled(reach.ordersCanceled)}</li>
          {reach.ordersKept > 0 && <li>{words.kept(reach.ordersKept)}</li>}
          {reach.positionsClosed > 0 && (
            <li>{words.closed(reach.positionsClosed)}</li>
          )}
          {reach.positionsLeft > 0 && <li>{words.left(reach.positionsLeft)}
          </li>}
        </ul>
      </div>
    </Notice>
  );
}
