import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import {
  type AlertChannel,
  type ChannelKind,
  type ChannelSettings,
  type Topic,
  TOPICS,
} from "../../data/alerts_api.ts";
import { t } from "../../i18n/mod.ts";
import { Button } from "../Button.tsx";
import { SelectField, TextField } from "../Field.tsx";
import { Icon } from "../Icon.tsx";

const DIGESTS = ["15", "60", "360", "1440"];
const DIGEST_DEFAULT = "60";

/** What is typed and chosen, until it is saved. */
function useDraft(
  kind: ChannelKind,
  channel: AlertChannel | null,
  onSave: (settings: ChannelSettings) => void,
) {
  const isEnabled = useSignal(channel?.isEnabled ?? true);
  const topics = useSignal<readonly Topic[]>(channel?.topics ?? TOPICS);
  const digest = useSignal(digestOf(channel));
  const url = useSignal(channel?.target ?? "");
  const wasTried = useSignal(false);
  const needsUrl = kind === "webhook";
  const isUrlMissing = needsUrl && url.value.trim() === "";
  // Switched on and silent: nobody wants that, and nobody would notice.
  const isTopicMissing = isEnabled.value && topics.value.length === 0;
  function save(): void {
    wasTried.value = true;
    if (isUrlMissing || isTopicMissing) return;
    onSave({
      isEnabled: isEnabled.peek(),
      topics: topics.peek(),
      digestMinutes: Number(digest.peek()),
      ...(needsUrl ? { url: url.peek().trim() } : {}),
    });
  }
  const problems = {
    url: wasTried.value && isUrlMissing ? t.alerts.urlMissing : null,
    topics: wasTried.value && isTopicMissing ? t.alerts.topicMissing : null,
  };
  return { isEnabled, topics, digest, url, problems, save };
}

/** What a channel tells, how often, and where to. */
export function ChannelForm(
  { kind, channel, isBusy, onSave }: {
    readonly kind: ChannelKind;
    /** Null: to be set up. */
    readonly channel: AlertChannel | null;
    readonly isBusy: boolean;
    readonly onSave: (settings: ChannelSettings) => void;
  },
): JSX.Element {
  const draft = useDraft(kind, channel, onSave);
  const { isEnabled, topics, digest, url } = draft;
  return (
    <form
      class="form"
      aria-label={t.alerts.kinds[kind]}
      onSubmit={(event) => {
        event.preventDefault();
        draft.save();
      }}
    >
      {kind === "webhook" && (
        <TextField
          label={t.alerts.url}
          name="url"
          value={url}
          hint={t.alerts.urlHint}
          placeholder="https://hooks.example.com/trellis"
          maxLength={500}
          error={draft.problems.url}
        />
      )}
      <TopicsField
        kind={kind}
        topics={topics}
        error={draft.problems.topics}
      />
      {topics.value.includes("fills") && (
        <SelectField
          label={t.alerts.digest}
          name={`${kind}-digest`}
          value={digest}
          options={DIGESTS.map((value) => ({
            value,
            label: t.alerts.digestEvery[value] ?? value,
          }))}
        />
      )}
      {channel !== null && (
        <label class="check">
          <input
            type="checkbox"
            name={`${kind}-enabled`}
            checked={isEnabled.value}
            onChange={() => (isEnabled.value = !isEnabled.peek())}
          />
          <span>{t.alerts.isEnabled}</span>
        </label>
      )}
      <div class="actions">
        <Button type="submit" kind="primary" busy={isBusy}>
          {channel === null ? t.alerts.setUp : t.alerts.save}
        </Button>
      </div>
    </form>
  );
}

/** The nearest of the choices: the API takes any number of minutes. */
function digestOf(channel: AlertChannel | null): string {
  if (channel === null) return DIGEST_DEFAULT;
  return DIGESTS.findLast((each) => Number(each) <= channel.digestMinutes) ??
    DIGEST_DEFAULT;
}

function TopicsField(
  { kind, topics, error }: {
    readonly kind: ChannelKind;
    readonly topics: Signal<readonly Topic[]>;
    readonly error: string | null;
  },
): JSX.Element {
  const chosen = topics.value;
  const errorId = `${kind}-topics-error`;
  const toggle = (topic: Topic) => {
    topics.value = TOPICS.filter((each) =>
      each === topic ? !chosen.includes(each) : chosen.includes(each)
    );
  };
  return (
    <fieldset
      class="checks"
      aria-describedby={error === null ? undefined : errorId}
    >
      <legend class="field__label">{t.alerts.topics}</legend>
      {TOPICS.map((topic) => (
        <label class="check" key={topic}>
          <input
            type="checkbox"
            name={`${kind}-${topic}`}
            checked={chosen.includes(topic)}
            onChange={() => toggle(topic)}
          />
          <span>{t.alerts.topicNames[topic]}</span>
        </label>
      ))}
      {error !== null && (
        <p class="field__error" id={errorId} role="alert">
          <Icon name="alert" size={16} />
          <span>{error}</span>
        </p>
      )}
    </fieldset>
  );
}
