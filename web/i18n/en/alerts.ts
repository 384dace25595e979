/** Texts: messages to the trader outside the app. @module */
import { plural } from "./plural.ts";

/** Texts. */
export const alerts = {
  title: "Alerts",
  lead:
    "What your bots should tell you when you are not looking. Never a key, a password or a secret.",
  open: "Alerts",
  openText: "E-mail, Telegram or a webhook of your own, for what you choose.",
  openLink: "Set up alerts",
  kinds: { email: "E-mail", telegram: "Telegram", webhook: "Webhook" },
  kindText: {
    email: (address: string) => `To ${address}, once it is confirmed.`,
    telegram: "To a chat with our bot, linked by a code.",
    webhook: "To a server of yours, signed.",
  },
  linkedTo: (chat: string) => `Linked to ${chat}`,
  notOffered: "This installation does not offer it yet.",
  status: {
    none: "Not set up",
    off: "Off",
    pending: "Not linked yet",
    active: "On",
    broken: "Refused",
  },
  brokenText: (why: string) =>
    `The receiver refused for good (${why}). Nothing more is sent until you save again.`,
  isEnabled: "Send alerts here",
  topics: "About",
  topicNames: {
    fills: "Fills, as a digest",
    fault: "Errors",
    stop: "Stops",
    margin: "Margin warnings",
    grace: "Your account",
  },
  digest: "Digest of fills",
  digestEvery: {
    "15": "Every 15 minutes",
    "60": "Every hour",
    "360": "Every 6 hours",
    "1440": "Once a day",
  } as Readonly<Record<string, string>>,
  url: "Address",
  urlHint:
    "https, a public host name, port 443 or 8443. Redirects are not followed.",
  urlMissing: "Give the address of your server.",
  topicMissing: "Choose at least one.",
  save: "Save",
  setUp: "Set up",
  saved: "Saved.",
  test: "Send a test",
  testSent: "The test message was delivered.",
  testFailed: (why: string) => `The test was not delivered: ${why}.`,
  remove: "Remove",
  removed: "Removed.",
  secretTitle: "The key of your webhook",
  secretText:
    "Copy it now: it is not shown again. Verify each message with it after the Standard Webhooks specification.",
  copy: "Copy",
  copied: "Copied",
  rotate: "New key",
  questions: {
    rotate: {
      title: "Make a new key?",
      text:
        "The present one ends at once: messages are signed with the new one from now on.",
      yes: "Make a new key",
    },
    remove: {
      title: "Remove this channel?",
      text:
        "Nothing more is sent here, and its messages are forgotten. A webhook set up again gets another key.",
      yes: "Remove channel",
    },
  },
  link: "Link Telegram",
  linkOpen: "Open Telegram",
  linkText:
    "Open the chat and press Start within ten minutes. This page notices by itself.",
  recent: "Recent messages",
  noMessages: "Nothing has been sent yet",
  noMessagesText: "Set up a channel and send a test.",
  columns: { when: "When", what: "What", where: "Where", status: "Status" },
  topicShort: {
    fills: "Fills",
    fault: "Error",
    stop: "Stop",
    margin: "Margin",
    grace: "Account",
    test: "Test",
  },
  messageStatus: {
    pending: "Waiting",
    sending: "Sending",
    sent: "Delivered",
    dead: "Given up",
  },
  attempts: (n: number) => plural(n, "try", "tries"),
  retry: "Try again",
  retryLabel: (what: string) => `Try again: ${what}`,
  /** Why a message was not delivered; codes of functions/alerts. */
  reasons: {
    "timeout": "no answer in 10 seconds",
    "unreachable": "nobody answered",
    "answer_unreadable": "the answer was no HTTP",
    "url_not_allowed": "this address cannot be used",
    "telegram_blocked": "the chat has blocked the bot",
    "email_unconfirmed": "your e-mail address is not confirmed",
    "channel_unavailable": "not offered here",
    "delayed": "it waits its turn, many were sent just now",
    "expired": "it had waited for a day",
    "message_unreadable": "the message itself was damaged",
    "internal": "something went wrong on our side",
  } as Readonly<Record<string, string>>,
  reasonHttp: (status: string) => `it answered ${status}`,
};
