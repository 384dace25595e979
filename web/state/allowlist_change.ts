import { createModel, signal } from "@preact/signals";
import type {
  AdminApi,
  AllowlistChange,
  AllowlistResult,
} from "../data/admin_api.ts";
import type { AllowlistPreview } from "../data/admin_rows.ts";
import { ApiError } from "../data/functions_api.ts";

/**
 * A change of the allowlist on its way: looked at, then done. What is done is
 * what was looked at, and only while nothing else has been typed. Refused as
 * outdated, it is looked at again by itself.
 */
export const AllowlistChangeModel = createModel(
  (admin: Pick<AdminApi, "previewAllowlist" | "applyAllowlist">) => {
    const preview = signal<AllowlistPreview | null>(null);
    const failure = signal<unknown>(null);
    const isBusy = signal(false);
    let seen: AllowlistChange | null = null;
    /** Rises with whatever is typed: answers from before count no more. */
    let typed = 0;

    async function look(change: AllowlistChange): Promise<void> {
      const mine = typed;
      preview.value = null;
      const answer = await admin.previewAllowlist(change);
      if (mine !== typed) return;
      seen = change;
      preview.value = answer;
    }
    async function run<T>(work: () => Promise<T>): Promise<T | null> {
      if (isBusy.peek()) return null;
      const mine = typed;
      isBusy.value = true;
      failure.value = null;
      try {
        return await work();
      } catch (error) {
        if (mine === typed) failure.value = error;
        return null;
      } finally {
        isBusy.value = false;
      }
    }
    return {
      /** What the change last looked at would do; null before. */
      preview,
      failure,
      isBusy,
      /** Looks at a change. */
      async look(change: AllowlistChange): Promise<void> {
        await run(() => look(change));
      },
      /** Does what was looked at; null when it was refused. */
      async apply(): Promise<AllowlistResult | null> {
        const change = seen;
        const agreed = preview.peek();
        if (change === null || agreed === null) return null;
        return await run(async () => {
          try {
            return await admin.applyAllowlist(change, agreed.digest);
          } catch (error) {
            const isOutdated = error instanceof ApiError &&
              error.code === "preview_outdated";
            // The refusal is said either way: this only saves a click.
            if (isOutdated) await look(change).catch(() => undefined);
            throw error;
          }
        });
      },
      /** Something was typed: what was looked at counts no more. */
      forget(): void {
        typed++;
        seen = null;
        preview.value = null;
        failure.value = null;
      },
    };
  },
);
/** An instance of {@linkcode AllowlistChangeModel}. */
export type AllowlistDraft = InstanceType<typeof AllowlistChangeModel>;
