import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { useTrader } from "../../state/app_context.ts";
import { type Concern, isError } from "../../state/attention.ts";
import { Button } from "../Button.tsx";
import { eventWords, sentence, statusWords } from "../event_words.ts";
import { formatAgo } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { useNow } from "../use_now.ts";

const SHOWN_AT_FIRST = 4;

/** What to look at first, each with the way there. Nothing when there is none. */
export function AttentionList(
  { concerns }: { readonly concerns: readonly Concern[] },
): JSX.Element | null {
  const isOpen = useSignal(false);
  if (concerns.length === 0) return null;
  const shown = isOpen.value ? concerns : concerns.slice(0, SHOWN_AT_FIRST);
  const hidden = concerns.length - shown.length;
  return (
    <section class="card attention" aria-labelledby="attention-title">
      <h2 class="attention__title" id="attention-title">
        {t.bots.attention.title}
      </h2>
      <ul>
        {shown.map((concern) => (
          <ConcernRow key={keyOf(concern)} concern={concern} />
        ))}
      </ul>
      {hidden > 0 && (
        <Button kind="quiet" onClick={() => (isOpen.value = true)}>
          {t.bots.attention.more(hidden)}
        </Button>
      )}
    </section>
  );
}

function keyOf(concern: Concern): string {
  if (concern.kind === "key_invalid") return `key ${concern.key.id}`;
  return concern.kind === "event"
    ? `event ${concern.bot.id} ${concern.event.code}`
    : `${concern.kind} ${concern.bot.id}`;
}

function ConcernRow({ concern }: { readonly concern: Concern }): JSX.Element {
  const { trader } = useTrader();
  const nowMs = useNow().value;
  const isKey = concern.kind === "key_invalid";
  const href = isKey ? "/keys" : `/bots/${concern.bot.id}`;
  return (
    <li
      class={isError(concern) ? "concern concern--error" : "concern"}
      data-concern={concern.kind}
    >
      <Icon name="alert" />
      <div>
        <a href={href}>{isKey ? concern.key.label : concern.bot.name}</a>
        <p class="small">{wordsOf(concern, nowMs, trader.isClosed.value)}</p>
      </div>
      <span class="small muted nowrap">{whenOf(concern, nowMs)}</span>
    </li>
  );
}

/** @param isClosed Who is suspended or rejected is advised nothing refused. */
function wordsOf(
  concern: Concern,
  nowMs: number,
  isClosed: boolean,
): string {
  const { attention } = t.bots;
  switch (concern.kind) {
    case "faulted":
      // The reason says what to do; without one, we do.
      return sentence(
        statusWords(concern.bot) ?? `${t.bot.faulted} ${t.bot.faultedHint}`,
      );
    case "held":
      return sentence(statusWords(concern.bot) ?? attention.held);
    case "silent":
      return t.bot.silent(formatAgo(concern.sinceMs, nowMs));
    case "key_invalid":
      return isClosed
        ? attention.keyInvalidClosed(concern.bots)
        : attention.keyInvalid(concern.bots);
    case "event":
      return concern.count > 1
        ? attention.repeated(eventWords(concern.event), concern.count)
        : sentence(eventWords(concern.event));
  }
}

function whenOf(concern: Concern, nowMs: number): string {
  return concern.kind === "event"
    ? formatAgo(concern.event.createdAtMs, nowMs)
    : "";
}
