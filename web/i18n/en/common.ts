/** Texts: what every page shares: buttons, states, times, venues, refusals. @module */
import type { ApiHealth } from "../../data/api_fetch.ts";
import type { LinkState } from "../../data/live_hub.ts";
import type { Venue } from "../../data/rows.ts";

/** Texts. */
export const common = {
  appName: "Trellis",
  cancel: "Cancel",
  close: "Close",
  retry: "Try again",
  loading: "Loading",
  sentence: (text: string) => `${text}.`,
  /** Between the parts of a list. */
  listComma: ", ",
  andMore: (count: number) => `and ${count} more`,
  unknown: "unknown",
  email: "E-mail",
  password: "Password",
  showPassword: "Show password",
  hidePassword: "Hide password",
  skipToContent: "Skip to content",
  working: "Working",
  loadFailed: "This could not be loaded.",
  loadFailedTexts: {
    well:
      "The answer could not be read. Your bots go on running. It is tried again by itself.",
    busy:
      "There were too many requests just now. Your bots go on running. It is tried again in a few seconds.",
    broken:
      "The server has a problem. Your bots go on running: this page only looks at them. It is tried again in a few seconds.",
    silent:
      "The server did not answer. Your bots go on running: this page only looks at them. It is tried again in a few seconds.",
  } satisfies Record<ApiHealth, string>,
  staleTexts: {
    well:
      "These figures may be old: the last update did not arrive. Trying again.",
    busy:
      "These figures may be old: there were too many requests just now. Trying again in a few seconds.",
    broken:
      "These figures may be old: the server has a problem. Your bots go on running. Trying again.",
    silent:
      "These figures may be old: the server does not answer. Your bots go on running. Trying again.",
  } satisfies Record<ApiHealth, string>,
  pageNotFound: "There is no such page.",
  pageNotFoundText:
    "The address may have been mistyped, or the page has moved.",
  crashed: "Something on this page broke.",
  crashedText:
    "Your bots are not affected. Reload the page; if it happens again, tell us what you did.",
  reload: "Reload",
  startFailed: "Trellis could not start.",
  startFailedText:
    "The configuration of this site could not be loaded. Check your connection.",
};

/** Texts. */
export const theme = {
  label: (choice: string) => `Theme: ${choice}`,
  system: "System",
  light: "Light",
  dark: "Dark",
};

/** Texts. */
export const link: Record<LinkState, string> = {
  live: "Live",
  connecting: "Connecting",
  reconnecting: "Reconnecting",
  offline: "Offline",
};

/** Sentences of the database, where a language has its own: by the English one. */
export const reasons: Readonly<Record<string, string>> = {};

/** Texts. */
export const time = {
  justNow: "just now",
  secondsAgo: (n: number) => `${n} s ago`,
  minutesAgo: (n: number) => `${n} min ago`,
  hoursAgo: (n: number) => `${n} h ago`,
};

/** Texts. */
export const venues: Record<Venue, string> = {
  paper: "Paper",
  bitget: "Bitget",
  "bitget_demo": "Bitget demo",
};
