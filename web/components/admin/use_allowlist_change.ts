import { type ReadonlySignal, useSignal } from "@preact/signals";
import type {
  AdminApi,
  AllowlistChange,
  AllowlistResult,
} from "../../data/admin_api.ts";
import type { AllowlistPreview } from "../../data/admin_rows.ts";
import { ApiError } from "../../data/functions_api.ts";
import { useTask } from "../use_task.ts";

/** A change of the allowlist on its way: looked at, then done. */
export interface AllowlistDraft {
  /** What the change last looked at would do; null before. */
  readonly preview: ReadonlySignal<AllowlistPreview | null>;
  readonly failure: ReadonlySignal<unknown>;
  readonly isBusy: ReadonlySignal<boolean>;
  /** Looks at a change. */
  look(change: AllowlistChange): Promise<void>;
  /** Does what was looked at; null when it was refused. */
  apply(): Promise<AllowlistResult | null>;
  /** Something was typed: what was looked at counts no more. */
  forget(): void;
}

/** Returns a draft. Refused as outdated, it looks again by itself. */
export function useAllowlistChange(admin: AdminApi): AllowlistDraft {
  const seen = useSignal<AllowlistChange | null>(null);
  const preview = useSignal<AllowlistPreview | null>(null);
  const task = useTask();

  async function look(change: AllowlistChange): Promise<void> {
    await task.run(async () => {
      preview.value = null;
      preview.value = await admin.previewAllowlist(change);
      seen.value = change;
    });
  }

  async function apply(): Promise<AllowlistResult | null> {
    const change = seen.peek();
    const agreed = preview.peek();
    if (change === null || agreed === null) return null;
    let result: AllowlistResult | null = null;
    const isDone = await task.run(async () => {
      result = await admin.applyAllowlist(change, agreed.digest);
    });
    if (isDone) return result;
    const refusal = task.failure.peek();
    if (refusal instanceof ApiError && refusal.code === "preview_outdated") {
      preview.value = await admin.previewAllowlist(change).catch(() => null);
    }
    return null;
  }

  function forget(): void {
    seen.value = null;
    preview.value = null;
    task.failure.value = null;
  }

  return {
    preview,
    failure: task.failure,
    isBusy: task.isBusy,
    look,
    apply,
    forget,
  };
}
