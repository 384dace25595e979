import type { JSX } from "preact";
import type { ExchangeKey } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { useTrader } from "../state/app_context.ts";
import { Button } from "./Button.tsx";
import { formatDay } from "./format.ts";
import { VenueBadge } from "./StatusBadge.tsx";

function permissionWords(permissions: readonly string[]): string {
  return permissions.map((code) => t.keys.permissionNames[code] ?? code)
    .join(", ");
}

/** One account: what it is, what the key may do, what trades on it. */
export function KeyRow(
  { exchangeKey: key, onRemove }: {
    readonly exchangeKey: ExchangeKey;
    readonly onRemove: () => void;
  },
): JSX.Element {
  const { trader } = useTrader();
  const count = trader.botList.value
    .filter((bot) => bot.exchangeKeyId === key.id).length;
  const isPaper = key.venue === "paper";
  const isActive = key.status === "active";
  return (
    <li class="key-row">
      <div class="key-row__what">
        <p class="key-row__name">
          <strong>{key.label}</strong>
          {key.label !== t.venues[key.venue] && (
            <VenueBadge
              venue={key.venue}
            />
          )}
          {!isActive && (
            <span
              class={key.status === "invalid" ? "badge badge--down" : "badge"}
            >
              {t.keys.status[key.status]}
            </span>
          )}
        </p>
        <p class="small muted key-row__facts">
          <span>{t.keys.uid(key.exchangeUid)}</span>
          <span class="mono">{t.keys.hint(key.keyHint)}</span>
          <span>{t.keys.connectedOn(formatDay(key.createdAtMs))}</span>
          <span>{t.keys.botCount(count)}</span>
        </p>
        {isActive && !isPaper && (
          <p class="small muted">
            {t.keys.permissions} {permissionWords(key.permissions)} ·{" "}
            {key.ipRestricted ? t.keys.ipBound : t.keys.ipOpen}
          </p>
        )}
        {key.status === "invalid" && (
          <p class="small down">{t.keys.invalidText}</p>
        )}
      </div>
      {key.status !== "revoked" && (
        <Button
          kind="quiet"
          label={t.keys.removeLabel(key.label)}
          onClick={onRemove}
        >
          {t.keys.remove}
        </Button>
      )}
    </li>
  );
}
