import type { JSX } from "preact";

/** Strokes on a 20 × 20 grid. */
const PATHS = {
  alert:
    "M10 6.5v4M10 13.5v.01M8.7 3.2 2.3 14.5A1.5 1.5 0 0 0 3.6 16.8h12.8a1.5 1.5 0 0 0 1.3-2.3L11.3 3.2a1.5 1.5 0 0 0-2.6 0Z",
  arrowDown: "M10 4v12M5 11l5 5 5-5",
  arrowUp: "M10 16V4M5 9l5-5 5 5",
  back: "M12 4 6 10l6 6",
  bots: "M3 13 13 3M7 17 17 7M3 7l10 10M7 3l10 10",
  check: "m4 10.5 4 4 8-9",
  chevronDown: "m5 8 5 5 5-5",
  chevronRight: "m8 5 5 5-5 5",
  clock: "M10 5.5V10l3 2M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z",
  dark: "M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3Z",
  copy: "M7 7h9v9H7V7ZM13 7V4H4v9h3",
  download: "M10 3v9M6 8.5l4 4 4-4M4 16.5h12",
  edit: "m12.5 4.5 3 3L7 16H4v-3l8.5-8.5Z",
  external: "M8 5H5v10h10v-3M11 4h5v5M16 4l-7 7",
  eye:
    "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10ZM12.2 10a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0Z",
  eyeOff:
    "M4 4l12 12M8.2 4.8A7.6 7.6 0 0 1 10 4.5c5 0 8 5.5 8 5.5a14 14 0 0 1-2.4 3M5.4 6.3A13.7 13.7 0 0 0 2 10s3 5.5 8 5.5a7.6 7.6 0 0 0 3.4-.8M8.5 8.4a2.2 2.2 0 0 0 3.1 3.1",
  info: "M10 9v4.5M10 6.5v.01M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z",
  key:
    "M12.5 11.5a4 4 0 1 0-3.7-2.5L3 14.8V17h2.5v-1.8h1.8v-1.8h1.8l1.8-2.1c.5.1 1 .2 1.6.2ZM13.5 6.5v.01",
  light:
    "M10 3V1.5M10 18.5V17M3 10H1.5M18.5 10H17M5 5 4 4M16 16l-1-1M5 15l-1 1M16 4l-1 1M13.5 10a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0Z",
  mail: "M3 5h14v10H3V5Zm0 .5 7 5.5 7-5.5",
  play: "M6 4v12l10-6L6 4Z",
  plus: "M10 4v12M4 10h12",
  search: "M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12ZM13.5 13.5 17 17",
  shield:
    "M10 2.5 4 5v4.5c0 4 2.5 6.5 6 8 3.5-1.5 6-4 6-8V5l-6-2.5ZM7.5 10l1.8 1.8L12.8 8",
  signOut: "M8 4H4v12h4M13 13.5l3.5-3.5L13 6.5M16 10H8",
  stop: "M5.5 5.5h9v9h-9z",
  system: "M3 4h14v9H3V4ZM7 16.5h6",
  upload: "M10 12.5v-9M6 7l4-4 4 4M4 16.5h12",
  user:
    "M13 7a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM4 16.5c.8-3 3-4.5 6-4.5s5.2 1.5 6 4.5",
} as const;

/** A name of {@linkcode Icon}. */
export type IconName = keyof typeof PATHS;

/** A line icon; decorative, so the text beside it must say what it means. */
export function Icon(
  { name, size = 18 }: { readonly name: IconName; readonly size?: number },
): JSX.Element {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The lattice: our mark. */
export function Mark({ size = 22 }: { readonly size?: number }): JSX.Element {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2.2"
      stroke-linecap="round"
    >
      <path d="M3 15 15 3M9 21 21 9M3 9l12 12M9 3l12 12" />
    </svg>
  );
}
