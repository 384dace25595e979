import type { JSX } from "preact";
import type { AlertChannel, AlertMessage } from "../../data/alerts_api.ts";
import { t } from "../../i18n/mod.ts";
import { Button } from "../Button.tsx";
import { EmptyState } from "../EmptyState.tsx";
import { formatDayAndMinute, formatList } from "../format.ts";
import { reasonWords } from "./alert_words.ts";

const TONES: Readonly<Record<AlertMessage["status"], string>> = {
  pending: "badge badge--warn",
  sending: "badge badge--accent",
  sent: "badge badge--up",
  dead: "badge badge--down",
};

/** What was sent of late and what became of it; what was given up can be tried again. */
export function MessagesTable(
  { messages, channels, onRetry }: {
    readonly messages: readonly AlertMessage[];
    readonly channels: readonly AlertChannel[];
    readonly onRetry: (message: AlertMessage) => void;
  },
): JSX.Element {
  const words = t.alerts;
  if (messages.length === 0) {
    return (
      <div class="card">
        <EmptyState title={words.noMessages} text={words.noMessagesText} />
      </div>
    );
  }
  return (
    <div class="card">
      <table class="table" aria-label={words.recent}>
        <thead>
          <tr>
            <th scope="col">{words.columns.what}</th>
            <th scope="col" class="only-wide">{words.columns.where}</th>
            <th scope="col" class="only-wide">{words.columns.when}</th>
            <th scope="col">{words.columns.status}</th>
            <th scope="col">
              <span class="visually-hidden">{words.retry}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {messages.map((message) => (
            <MessageLine
              key={message.id}
              message={message}
              where={whereOf(message, channels)}
              onRetry={() => onRetry(message)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function whereOf(
  message: AlertMessage,
  channels: readonly AlertChannel[],
): string {
  const channel = channels.find(({ id }) => id === message.channelId);
  return channel === undefined ? "" : t.alerts.kinds[channel.kind];
}

function MessageLine(
  { message, where, onRetry }: {
    readonly message: AlertMessage;
    readonly where: string;
    readonly onRetry: () => void;
  },
): JSX.Element {
  const words = t.alerts;
  const what = words.topicShort[message.topic];
  const when = formatDayAndMinute(message.createdAtMs);
  const isTold = message.status !== "sent" && message.errorCode !== null;
  return (
    <tr data-message-status={message.status}>
      <td class="break">
        {what}
        {message.botName !== null && (
          <span class="line small muted">{message.botName}</span>
        )}
        <span class="table__sub num">{formatList([where, when])}</span>
      </td>
      <td class="only-wide">{where}</td>
      <td class="only-wide num">{when}</td>
      <td>
        <span class={TONES[message.status]}>
          {words.messageStatus[message.status]}
        </span>
        {isTold && (
          <span class="line small muted">
            {formatList([
              reasonWords(message.errorCode ?? ""),
              words.attempts(message.attempts),
            ])}
          </span>
        )}
      </td>
      <td class="end">
        {message.status === "dead" && (
          <Button
            kind="quiet"
            label={words.retryLabel(what)}
            onClick={onRetry}
          >
            {words.retry}
          </Button>
        )}
      </td>
    </tr>
  );
}
