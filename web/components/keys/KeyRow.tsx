import type { ComponentChildren, JSX } from "preact";
import type { Bot, ExchangeKey } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { useTrader } from "../../state/app_context.ts";
import { Button, ButtonLink } from "../Button.tsx";
import { formatDay, formatList, NAMES_MAX } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { VenueBadge } from "../StatusBadge.tsx";
import { useNow } from "../use_now.ts";

const DAY_MS = 86_400_000;
/** Older keys should be replaced. */
const OLD_DAYS = 90;

function permissionWords(permissions: readonly string[]): string {
  return formatList(
    permissions.map((code) => t.keys.permissionNames[code] ?? code),
  );
}

/** One account: what it is, what the key may do and from where, who uses it. */
export function KeyRow(
  { exchangeKey: key, onRemove }: {
    readonly exchangeKey: ExchangeKey;
    readonly onRemove: () => void;
  },
): JSX.Element {
  const { trader } = useTrader();
  const now = useNow();
  const bots = trader.botList.value
    .filter((bot) => bot.exchangeKeyId === key.id);
  const days = Math.floor(
    Math.max(0, now.value - (key.verifiedAtMs ?? key.createdAtMs)) / DAY_MS,
  );
  const isPaper = key.venue === "paper";
  const isRevoked = key.status === "revoked";
  return (
    <li class="key-row" data-key-status={key.status}>
      <div class="key-row__head">
        <p class="key-row__name">
          <strong>{key.label}</strong>
          {key.label !== t.venues[key.venue] && (
            <VenueBadge
              venue={key.venue}
            />
          )}
          {key.status !== "active" && (
            <span class={isRevoked ? "badge" : "badge badge--down"}>
              {t.keys.status[key.status]}
            </span>
          )}
        </p>
        {!isRevoked && <KeyActions exchangeKey={key} onRemove={onRemove} />}
      </div>
      <dl class="key-row__facts">
        <Fact name={t.keys.facts.uid}>{key.exchangeUid}</Fact>
        <Fact name={t.keys.facts.key}>
          <span class="mono">{key.keyHint}</span>
        </Fact>
        <Fact name={t.keys.facts.age}>
          <span title={formatDay(key.verifiedAtMs ?? key.createdAtMs)}>
            {t.keys.age(days)}
          </span>
        </Fact>
        {!isPaper && !isRevoked && (
          <>
            <Fact name={t.keys.facts.may}>
              {permissionWords(key.permissions)}
            </Fact>
            <Fact name={t.keys.facts.from}>
              {key.ipRestricted ? t.keys.ipBound : t.keys.ipOpen}
            </Fact>
          </>
        )}
        <Fact name={t.keys.facts.bots}>
          <BotLinks bots={bots} />
        </Fact>
      </dl>
      <Hints exchangeKey={key} days={days} />
    </li>
  );
}

/** What is wrong with a key, and what its owner can do about it. */
function Hints(
  { exchangeKey: key, days }: {
    readonly exchangeKey: ExchangeKey;
    /** Its age. */
    readonly days: number;
  },
): JSX.Element | null {
  const { trader } = useTrader();
  const isClosed = trader.isClosed.value;
  if (key.status === "invalid") {
    return (
      <Hint isError>
        {isClosed ? t.keys.invalidClosedText : t.keys.invalidText}
      </Hint>
    );
  }
  const canReplace = key.venue !== "paper" && !isClosed;
  const isOld = key.status === "active" && days > OLD_DAYS;
  return canReplace && isOld ? <Hint>{t.keys.ageHint}</Hint> : null;
}

function KeyActions(
  { exchangeKey: key, onRemove }: {
    readonly exchangeKey: ExchangeKey;
    readonly onRemove: () => void;
  },
): JSX.Element {
  const { trader } = useTrader();
  return (
    <div class="actions">
      {key.venue !== "paper" && !trader.isClosed.value && (
        <ButtonLink
          href={`/keys/new?replace=${key.id}`}
          kind={key.status === "invalid" ? "primary" : "default"}
          label={t.keys.replaceLabel(key.label)}
        >
          {t.keys.replace}
        </ButtonLink>
      )}
      <Button
        kind="quiet"
        label={t.keys.removeLabel(key.label)}
        onClick={onRemove}
      >
        {t.keys.remove}
      </Button>
    </div>
  );
}

function Fact(
  { name, children }: {
    readonly name: string;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function BotLinks({ bots }: { readonly bots: readonly Bot[] }): JSX.Element {
  if (bots.length === 0) return <span class="muted">{t.keys.noBots}</span>;
  const rest = bots.length - NAMES_MAX;
  return (
    <>
      {bots.slice(0, NAMES_MAX).map((bot, i) => (
        <span key={bot.id}>
          {i > 0 && t.common.listComma}
          <a href={`/bots/${bot.id}`}>{bot.name}</a>
        </span>
      ))}
      {rest > 0 && (
        <span>
          {t.common.listComma}
          <a href="/bots">{t.common.andMore(rest)}</a>
        </span>
      )}
    </>
  );
}

function Hint(
  { isError = false, children }: {
    readonly isError?: boolean;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  return (
    <p class={isError ? "key-row__hint down" : "key-row__hint"}>
      <Icon name="alert" size={16} />
      <span>{children}</span>
    </p>
  );
}
