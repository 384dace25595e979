import { createModel, effect, signal } from "@preact/signals";

/** What the trader chose; `system` follows the device. */
export type ThemeChoice = "system" | "light" | "dark";

/** The order in which the toggle walks through them. */
export const THEME_CHOICES: readonly ThemeChoice[] = [
  "system",
  "light",
  "dark",
];
const STORAGE_KEY = "trellis.theme";

function readStored(): ThemeChoice {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return THEME_CHOICES.find((choice) => choice === stored) ?? "system";
  } catch {
    // Storage is closed to us (private window): follow the device.
    return "system";
  }
}

function store(choice: ThemeChoice): void {
  try {
    if (choice === "system") localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** The theme: light, dark or the device's; public/theme.js reads the same key. */
export const ThemeModel = createModel(() => {
  const choice = signal<ThemeChoice>(readStored());
  const device = matchMedia("(prefers-color-scheme: dark)");
  const isDeviceDark = signal(device.matches);
  effect(() => {
    const onChange = () => (isDeviceDark.value = device.matches);
    device.addEventListener("change", onChange);
    return () => device.removeEventListener("change", onChange);
  });
  effect(() => {
    if (choice.value === "system") {
      delete document.documentElement.dataset.theme;
    } else document.documentElement.dataset.theme = choice.value;
    store(choice.value);
  });
  effect(() => {
    // Another tab has chosen; null: everything was forgotten.
    const onStorage = ({ key }: StorageEvent) => {
      if (key === STORAGE_KEY || key === null) choice.value = readStored();
    };
    addEventListener("storage", onStorage);
    return () => removeEventListener("storage", onStorage);
  });
  return {
    choice,
    isDeviceDark,
    choose(next: ThemeChoice) {
      choice.value = next;
    },
  };
});
/** An instance of {@linkcode ThemeModel}. */
export type Theme = InstanceType<typeof ThemeModel>;
