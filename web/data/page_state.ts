/** Whether somebody looks and whether there is a network: asked of the browser. */
export interface PageState {
  isVisible(): boolean;
  isOnline(): boolean;
  /** Tells each change until the signal is aborted. */
  watch(onChange: () => void, signal: AbortSignal): void;
}

/** The page this code runs in. */
export const browserPage: PageState = {
  isVisible: () => document.visibilityState === "visible",
  isOnline: () => navigator.onLine,
  watch(onChange, signal) {
    addEventListener("online", onChange, { signal });
    addEventListener("offline", onChange, { signal });
    document.addEventListener("visibilitychange", onChange, { signal });
  },
};
