import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type {
  AlertChannel,
  AlertsApi,
  ChannelKind,
} from "../../data/alerts_api.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import { apiWords } from "../api_words.ts";
import { Button, ButtonLink } from "../Button.tsx";
import { Dialog } from "../Dialog.tsx";
import { Notice } from "../Notice.tsx";
import { useTask } from "../use_task.ts";
import { reasonWords } from "./alert_words.ts";
import { ChannelForm } from "./ChannelForm.tsx";
import { SecretNotice } from "./SecretNotice.tsx";

interface CardProps {
  readonly kind: ChannelKind;
  /** Null: not set up. */
  readonly channel: AlertChannel | null;
  readonly isOffered: boolean;
  readonly api: AlertsApi;
  readonly onChange: () => Promise<void>;
}

/** One way to be told: its state, its settings, a test. */
export function ChannelCard(props: CardProps): JSX.Element {
  const { session } = useApp();
  const { kind, channel, isOffered } = props;
  const text = kind === "email"
    ? t.alerts.kindText.email(session.user.value?.email ?? "")
    : t.alerts.kindText[kind];
  return (
    <section class="card" data-channel={kind}>
      <div class="card__head">
        <h2 class="card__title">{t.alerts.kinds[kind]}</h2>
        <ChannelBadge channel={channel} />
      </div>
      <div class="card__body stack">
        <p class="muted">
          {text}
          {kind === "telegram" && channel?.target &&
            ` ${t.alerts.linkedTo(channel.target)}.`}
        </p>
        {isOffered ? <ChannelBody {...props} /> : <p>{t.alerts.notOffered}</p>}
      </div>
    </section>
  );
}

function ChannelBadge(
  { channel }: { readonly channel: AlertChannel | null },
): JSX.Element {
  const words = t.alerts.status;
  if (channel === null) return <span class="badge">{words.none}</span>;
  if (!channel.isEnabled) return <span class="badge">{words.off}</span>;
  const tones = {
    pending: "badge badge--warn",
    active: "badge badge--up",
    broken: "badge badge--down",
  };
  return <span class={tones[channel.status]}>{words[channel.status]}</span>;
}

/** What the last thing done has come to. */
type Said =
  | { readonly kind: "ok" | "warn"; readonly text: string }
  | { readonly kind: "secret"; readonly secret: string }
  | { readonly kind: "link"; readonly url: string };

function ChannelBody(props: CardProps): JSX.Element {
  const { kind, channel, api, onChange } = props;
  const said = useSignal<Said | null>(null);
  const task = useTask();
  const failure = task.failure.value;

  /** Does something, then reads the rows anew and says how it went. */
  async function act(work: () => Promise<Said>): Promise<void> {
    said.value = null;
    await task.run(async () => {
      const next = await work();
      await onChange();
      said.value = next;
    });
  }

  return (
    <>
      {channel?.status === "broken" && (
        <Notice kind="error">
          {t.alerts.brokenText(reasonWords(channel.statusCode ?? ""))}
        </Notice>
      )}
      <ChannelForm
        key={channel?.id ?? "new"}
        kind={kind}
        channel={channel}
        isBusy={task.isBusy.value}
        onSave={(settings) =>
          void act(async () => {
            const secret = await api.save(kind, settings);
            return secret === null
              ? { kind: "ok", text: t.alerts.saved }
              : { kind: "secret", secret };
          })}
      />
      {failure !== null && <Notice kind="error">{apiWords(failure)}</Notice>}
      <Outcome said={said.value} />
      {channel !== null && (
        <ChannelActs
          channel={channel}
          isBusy={task.isBusy.value}
          api={api}
          act={(work) => void act(work)}
        />
      )}
    </>
  );
}

function Outcome(
  { said }: { readonly said: Said | null },
): JSX.Element | null {
  if (said === null) return null;
  switch (said.kind) {
    case "secret":
      return <SecretNotice secret={said.secret} />;
    case "link":
      return (
        <Notice
          actions={
            <ButtonLink href={said.url} kind="primary" icon="external">
              {t.alerts.linkOpen}
            </ButtonLink>
          }
        >
          {t.alerts.linkText}
        </Notice>
      );
    default:
      return <Notice kind={said.kind}>{said.text}</Notice>;
  }
}

/** What is asked about before it is done. */
type Question = "rotate" | "remove";

function ChannelActs(
  { channel, isBusy, api, act }: {
    readonly channel: AlertChannel;
    readonly isBusy: boolean;
    readonly api: AlertsApi;
    readonly act: (work: () => Promise<Said>) => void;
  },
): JSX.Element {
  const { kind, status } = channel;
  const asked = useSignal<Question | null>(null);
  const question = asked.value;
  const deeds: Readonly<Record<Question, () => Promise<Said>>> = {
    rotate: async () => ({ kind: "secret", secret: await api.rotate() }),
    remove: async () => {
      await api.remove(kind);
      return { kind: "ok", text: t.alerts.removed };
    },
  };
  async function test(): Promise<Said> {
    const code = await api.test(kind);
    return code === null
      ? { kind: "ok", text: t.alerts.testSent }
      : { kind: "warn", text: t.alerts.testFailed(reasonWords(code)) };
  }
  return (
    <div class="actions">
      {kind === "telegram" && (
        <Button
          disabled={isBusy}
          onClick={() =>
            act(async () => ({ kind: "link", url: await api.linkTelegram() }))}
        >
          {t.alerts.link}
        </Button>
      )}
      {status === "active" && channel.isEnabled && (
        <Button
          disabled={isBusy}
          onClick={() => act(test)}
        >
          {t.alerts.test}
        </Button>
      )}
      {kind === "webhook" && (
        <Button disabled={isBusy} onClick={() => (asked.value = "rotate")}>
          {t.alerts.rotate}
        </Button>
      )}
      <Button
        kind="quiet"
        disabled={isBusy}
        onClick={() => (asked.value = "remove")}
      >
        {t.alerts.remove}
      </Button>
      {question !== null && (
        <QuestionDialog
          question={question}
          onClose={() => (asked.value = null)}
          onYes={() => {
            asked.value = null;
            act(deeds[question]);
          }}
        />
      )}
    </div>
  );
}

function QuestionDialog(
  { question, onClose, onYes }: {
    readonly question: Question;
    readonly onClose: () => void;
    readonly onYes: () => void;
  },
): JSX.Element {
  const words = t.alerts.questions[question];
  return (
    <Dialog title={words.title} onClose={onClose}>
      <p>{words.text}</p>
      <div class="actions actions--end">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button kind="danger" onClick={onYes}>{words.yes}</Button>
      </div>
    </Dialog>
  );
}
