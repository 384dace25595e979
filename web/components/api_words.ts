import { ApiError } from "../data/functions_api.ts";
import { t } from "../i18n/mod.ts";

/**
 * Returns a failure of the functions in words: ours where we have some for the
 * code, else the function's own sentence, which is written for traders.
 */
export function apiWords(failure: unknown): string {
  if (!(failure instanceof ApiError)) return t.apiErrors.internal ?? "";
  return t.apiErrors[failure.code] ??
    (failure.message === "" ? t.apiErrors.internal ?? "" : failure.message);
}
