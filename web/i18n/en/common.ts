/** Texts: what every page shares: buttons, states, times, venues, refusals. @module */
import type { LinkState } from "../../data/live_hub.ts";
import type { Venue } from "../../data/rows.ts";

/** Texts. */
export const common = {
  appName: "Trellis",
  cancel: "Cancel",
  fullStop: ".",
  close: "Close",
  back: "Back",
  retry: "Try again",
  loading: "Loading",
  unknown: "unknown",
  email: "E-mail",
  password: "Password",
  showPassword: "Show password",
  hidePassword: "Hide password",
  skipToContent: "Skip to content",
  working: "Working",
  loadFailed: "This could not be loaded.",
  loadFailedText:
    "The server did not answer. Your bots go on running: this page only looks at them.",
  stale:
    "These figures may be old: the last update did not arrive. Trying again.",
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
