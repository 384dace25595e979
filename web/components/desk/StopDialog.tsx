import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import {
  type Bot,
  type Order,
  STOP_POLICIES,
  type StopPolicy,
} from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import { stopEffectOf } from "../../state/ladder.ts";
import { apiWords } from "../api_words.ts";
import { Button } from "../Button.tsx";
import { Dialog } from "../Dialog.tsx";
import { Notice } from "../Notice.tsx";
import { useTask } from "../use_task.ts";

/** What a bot has in the market: asked about before it is left or closed. */
export interface Exposure {
  /** In the book or on their way; null while unknown. */
  readonly orders: readonly Order[] | null;
  /** Null while unknown. */
  readonly positions: number | null;
}

/** What a way to stop would cancel, keep, close and leave, in counts. */
function effectWords(policy: StopPolicy, exposure: Exposure): string {
  const { canceled, kept, closed, left } = stopEffectOf(policy, exposure);
  const words = t.bot.stopEffect;
  return [
    canceled === 0 ? null : words.canceled(canceled),
    kept === 0 ? null : words.kept(kept),
    closed === 0 ? null : words.closed(closed),
    left === 0 ? null : words.left(left),
  ].filter((part) => part !== null).join(" · ");
}

interface BotDialogProps {
  readonly bot: Bot;
  readonly exposure: Exposure;
  readonly onClose: () => void;
}

/** Stopping: what is in the market, and the three ways to leave it. */
export function StopDialog(
  { bot, exposure, onClose }: BotDialogProps,
): JSX.Element {
  const { api } = useApp();
  const policy = useSignal<StopPolicy>("keep_take_profits");
  const task = useTask();
  const failure = task.failure.value;
  const chosen = policy.value;

  async function stop(): Promise<void> {
    if (await task.run(() => api.stopBot(bot.id, chosen))) onClose();
  }

  return (
    <Dialog title={t.bot.stopTitle(bot.name)} onClose={onClose}>
      <p>
        {t.bot.stopLead(
          t.bot.ordersResting(exposure.orders?.length ?? null),
          t.bot.positionsOpen(exposure.positions),
        )}
      </p>
      <div
        class="stack stack--tight"
        role="radiogroup"
        aria-label={t.bot.stopTitle(bot.name)}
      >
        {STOP_POLICIES.map((value) => (
          <label class="choice" key={value}>
            <input
              type="radio"
              name="stop-policy"
              value={value}
              checked={value === chosen}
              onChange={() => (policy.value = value)}
            />
            <span class="choice__title">
              {t.bot.stopPolicies[value].title}
            </span>
            <span class="choice__text">{t.bot.stopPolicies[value].text}</span>
            <span class="choice__effect num" data-effect={value}>
              {effectWords(value, exposure)}
            </span>
          </label>
        ))}
      </div>
      {failure !== null && <Notice kind="error">{apiWords(failure)}</Notice>}
      <div class="actions actions--end">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button
          kind={chosen === "close_positions" ? "danger" : "primary"}
          busy={task.isBusy.value}
          onClick={() => void stop()}
        >
          {t.bot.stopConfirm[chosen]}
        </Button>
      </div>
    </Dialog>
  );
}

/** Closing out what a stopped bot has left in the market. */
export function CloseDialog(
  { bot, exposure, onClose }: BotDialogProps,
): JSX.Element {
  const { api } = useApp();
  const task = useTask();
  const failure = task.failure.value;

  async function close(): Promise<void> {
    if (await task.run(() => api.closeBot(bot.id))) onClose();
  }

  return (
    <Dialog title={t.bot.closeTitle(bot.name)} onClose={onClose}>
      <p>
        {t.bot.closeText(
          t.bot.ordersResting(exposure.orders?.length ?? null),
          t.bot.positionsOpen(exposure.positions),
        )}
      </p>
      {failure !== null && <Notice kind="error">{apiWords(failure)}</Notice>}
      <div class="actions actions--end">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button
          kind="danger"
          busy={task.isBusy.value}
          onClick={() => void close()}
        >
          {t.bot.closeConfirm}
        </Button>
      </div>
    </Dialog>
  );
}
