import { createModel, signal } from "@preact/signals";
import type { BotPreview } from "../data/bot_preview.ts";
import { ApiError } from "../data/functions_api.ts";

/** Typing pauses this long before we ask. */
const DELAY_MS = 350;
/** After a failure that says nothing about the settings. */
const RETRY_MS = 5_000;
/** What goes away by itself; anything else is about what was asked. */
const PASSING = [
  "exchange_unavailable",
  "internal",
  "no_answer",
  "offline",
  "paper_unavailable",
  "rate_limited",
];

/** Tells whether the same question may well be answered in a moment. */
export function isPassing(failure: unknown): boolean {
  return !(failure instanceof ApiError) || PASSING.includes(failure.code);
}

/** How far the preview is. `none`: there is nothing to preview yet. */
export type PreviewState = "none" | "loading" | "ready" | "failed";

/**
 * What a configuration would do, asked of the server when typing pauses. The
 * last answer stays while the next one is on its way; a server that did not
 * answer is asked again by itself.
 *
 * @param retryMs After a failure that passes.
 */
export const PreviewModel = createModel((retryMs = RETRY_MS) => {
  const state = signal<PreviewState>("none");
  const preview = signal<BotPreview | null>(null);
  const failure = signal<unknown>(null);
  let newest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const model = {
    state,
    preview,
    failure,
    /** Asks soon; of several questions only the last one is asked. */
    ask(load: () => Promise<BotPreview>) {
      clearTimeout(timer);
      const mine = ++newest;
      state.value = "loading";
      async function send(): Promise<void> {
        try {
          const answer = await load();
          if (mine === newest) model.apply(answer);
        } catch (error) {
          if (mine !== newest) return;
          model.fail(error);
          if (isPassing(error)) timer = setTimeout(send, retryMs);
        }
      }
      timer = setTimeout(send, DELAY_MS);
    },
    /** There is nothing to ask. */
    clear() {
      clearTimeout(timer);
      newest++;
      state.value = "none";
    },
    apply(answer: BotPreview) {
      preview.value = answer;
      failure.value = null;
      state.value = "ready";
    },
    fail(error: unknown) {
      failure.value = error;
      state.value = "failed";
    },
  };
  return model;
});
/** An instance of {@linkcode PreviewModel}. */
export type Preview = InstanceType<typeof PreviewModel>;
