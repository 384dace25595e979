import { t } from "../../i18n/mod.ts";

/** Says why a message was not delivered: `it answered 500`. */
export function reasonWords(code: string): string {
  const status = /^http_(\d{3})$/.exec(code)?.[1];
  if (status !== undefined) return t.alerts.reasonHttp(status);
  return t.alerts.reasons[code] ?? code;
}
