import { createModel, signal } from "@preact/signals";
import type { BotPreview } from "../data/bot_preview.ts";

/** Typing pauses this long before we ask. */
const DELAY_MS = 350;

/** How far the preview is. `none`: there is nothing to preview yet. */
export type PreviewState = "none" | "loading" | "ready" | "failed";

/**
 * What a configuration would do, asked of the server when typing pauses. The
 * last answer stays while the next one is on its way.
 */
export const PreviewModel = createModel(() => {
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
      timer = setTimeout(async () => {
        try {
          const answer = await load();
          if (mine === newest) model.apply(answer);
        } catch (error) {
          if (mine === newest) model.fail(error);
        }
      }, DELAY_MS);
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
