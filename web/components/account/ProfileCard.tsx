import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { updateProfile } from "../../data/profile_api.ts";
import { t } from "../../i18n/mod.ts";
import { useApp, useTrader } from "../../state/app_context.ts";
import { THEME_CHOICES } from "../../state/theme.ts";
import { Form } from "../AuthCard.tsx";
import { Button } from "../Button.tsx";
import { Segments, TextField } from "../Field.tsx";
import { LanguageChoice } from "../LanguageSwitch.tsx";
import { Notice } from "../Notice.tsx";
import { useTask } from "../use_task.ts";

/** The database keeps no longer name. */
const NAME_LENGTH_MAX = 80;

/** How somebody is called, in which language, in which colours. */
export function ProfileCard(): JSX.Element {
  const { theme } = useApp();
  return (
    <section class="card card__body stack" aria-labelledby="profile-title">
      <h2 id="profile-title">{t.account.profile}</h2>
      <NameForm />
      <div class="field-pair">
        <LanguageChoice name="language" />
        <Segments
          label={t.account.theme}
          name="theme"
          value={theme.choice.value}
          options={THEME_CHOICES.map((value) => ({
            value,
            label: t.theme[value],
          }))}
          onChange={(choice) => theme.choose(choice)}
        />
      </div>
    </section>
  );
}

function NameForm(): JSX.Element {
  const { client } = useApp();
  const { trader } = useTrader();
  const profile = trader.profile.value;
  const name = useSignal(profile?.displayName ?? "");
  const saved = useSignal<string | null>(null);
  const task = useTask();

  async function save(): Promise<void> {
    if (profile === null) return;
    const typed = name.peek();
    const displayName = typed.trim() || null;
    saved.value = null;
    const isDone = await task.run(() =>
      updateProfile(client, profile.userId, { displayName })
    );
    if (!isDone) return;
    saved.value = typed;
    trader.changeProfile({ displayName });
  }

  return (
    <Form onSubmit={() => void save()} label={t.account.profile}>
      {task.failure.value !== null && (
        <Notice kind="error">{t.account.notSaved}</Notice>
      )}
      <div class="field-action">
        <TextField
          label={t.account.name}
          name="display-name"
          autoComplete="nickname"
          maxLength={NAME_LENGTH_MAX}
          hint={saved.value === name.value
            ? t.account.saved
            : t.account.nameHint}
          value={name}
        />
        <Button
          type="submit"
          busy={task.isBusy.value}
          disabled={profile === null}
        >
          {t.account.save}
        </Button>
      </div>
    </Form>
  );
}
