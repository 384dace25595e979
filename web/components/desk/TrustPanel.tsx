import type { ComponentChildren, JSX } from "preact";
import type { BotTrust } from "../../data/bot_trust.ts";
import type { Bot, Order } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { formatAgo, formatList, formatPrice, formatSize } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { OrderWords } from "./OrderWords.tsx";
import { Unknown } from "../Signed.tsx";
import { useNow } from "../use_now.ts";

/** A running bot looks at the exchange at least once a minute. */
const SYNC_LATE_MS = 90_000;
/** An engine renews its lease every second and places nothing after three. */
const LEASE_LATE_MS = 5_000;
const DECISIONS_SHOWN = 10;

/** Why the bot can be believed: its word against the exchange's. */
export function TrustPanel(
  { bot, trust, decisions, decimals }: {
    readonly bot: Bot;
    readonly trust: BotTrust | null;
    /** The newest orders of any status, newest first; null: not loaded. */
    readonly decisions: readonly Order[] | null;
    readonly decimals: number | undefined;
  },
): JSX.Element {
  return (
    <section class="card" aria-labelledby="trust-title">
      <div class="card__head">
        <h2 class="card__title" id="trust-title">{t.desk.trust.title}</h2>
        <Icon name="shield" size={18} />
      </div>
      <dl class="facts facts--dense">
        {trust === null
          ? (
            <div>
              <dt>{t.desk.trust.sync}</dt>
              <dd>
                <Unknown />
              </dd>
            </div>
          )
          : <TrustFacts bot={bot} trust={trust} />}
      </dl>
      {decisions !== null && (
        <Decisions
          orders={decisions.slice(0, DECISIONS_SHOWN)}
          decimals={decimals}
        />
      )}
    </section>
  );
}

function TrustFacts(
  { bot, trust }: { readonly bot: Bot; readonly trust: BotTrust },
): JSX.Element {
  const now = useNow();
  // The database's clock goes on from when the row was read.
  const nowMs = trust.readAtMs + Math.max(0, now.value - trust.receivedAtMs);
  const words = t.desk.trust;
  const isRunning = bot.status === "running";
  const { lastSyncAtMs, heartbeatAtMs } = trust;
  const isSynced = lastSyncAtMs !== null && nowMs - lastSyncAtMs < SYNC_LATE_MS;
  const isHeld = heartbeatAtMs !== null &&
    nowMs - heartbeatAtMs < LEASE_LATE_MS + (now.value - trust.receivedAtMs);
  return (
    <>
      <Fact
        name={words.sync}
        hint={words.syncHint}
        isGood={isRunning ? isSynced : null}
      >
        {lastSyncAtMs === null ? <Unknown /> : formatAgo(lastSyncAtMs, nowMs)}
      </Fact>
      <Position side="long" trust={trust} />
      <Position side="short" trust={trust} />
      <Fact
        name={words.orders}
        isGood={trust.foundOrders === null
          ? null
          : trust.foundOrders === trust.expectedOrders}
      >
        {trust.foundOrders === null
          ? <Unknown />
          : words.expectedFound(trust.expectedOrders ?? 0, trust.foundOrders)}
      </Fact>
      <Fact name={words.engine} isGood={null}>
        {trust.engineName === null
          ? words.noEngine
          : `${trust.engineName} ${trust.engineVersion ?? ""}`}
      </Fact>
      {trust.engineName !== null && (
        <Fact name={words.lease} isGood={isHeld}>
          {words.leaseWords(
            formatAgo(heartbeatAtMs, trust.readAtMs),
            trust.claimEpoch,
          )}
        </Fact>
      )}
      <Fact
        name={words.settings}
        isGood={bot.runningConfigVersion === null
          ? null
          : bot.runningConfigVersion === bot.configVersion}
      >
        {bot.runningConfigVersion === null
          ? words.version(bot.configVersion)
          : bot.runningConfigVersion === bot.configVersion
          ? words.acknowledged(bot.configVersion)
          : words.behind(bot.runningConfigVersion, bot.configVersion)}
      </Fact>
    </>
  );
}

function Position(
  { side, trust }: {
    readonly side: "long" | "short";
    readonly trust: BotTrust;
  },
): JSX.Element {
  const ours = trust.ours[side];
  const theirs = trust.exchange[side];
  const words = t.desk.trust;
  return (
    <Fact
      name={words.position(t.bot[side])}
      isGood={ours === null || theirs === null ? null : ours === theirs}
    >
      {ours === null || theirs === null
        ? <Unknown />
        : words.oursTheirs(formatSize(ours), formatSize(theirs))}
    </Fact>
  );
}

/** A fact with a tick or a warning, said to screen readers as well. */
function Fact(
  { name, hint, isGood, children }: {
    readonly name: string;
    readonly hint?: string;
    /** Null: there is nothing to judge. */
    readonly isGood: boolean | null;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  return (
    <div data-good={isGood === null ? undefined : String(isGood)}>
      <dt>
        {name}
        {hint !== undefined && <span class="line muted">{hint}</span>}
      </dt>
      <dd class="num">
        {children}
        {isGood !== null && (
          <span class={isGood ? "verdict up" : "verdict warn-text"}>
            <Icon name={isGood ? "check" : "alert"} size={14} />
            <span class="visually-hidden">
              {isGood ? t.desk.trust.good : t.desk.trust.bad}
            </span>
          </span>
        )}
      </dd>
    </div>
  );
}

/** What the bot wanted last, and why. */
function Decisions(
  { orders, decimals }: {
    readonly orders: readonly Order[];
    readonly decimals: number | undefined;
  },
): JSX.Element {
  const now = useNow();
  const nowMs = now.value;
  return (
    <details class="disclosure decisions">
      <summary>
        <Icon name="chevronRight" size={16} />
        {t.desk.decisions.title}
      </summary>
      {orders.length === 0
        ? <p class="small muted">{t.desk.decisions.none}</p>
        : (
          // It scrolls: a keyboard must be able to stand in it.
          <ol tabIndex={0} aria-label={t.desk.decisions.title}>
            {orders.map((order) => (
              <li key={order.id} data-rule={order.rule}>
                <p class="decisions__what">
                  <OrderWords order={order} />
                  <span class="num">
                    {formatSize(order.size)} @ {order.price === null
                      ? t.desk.atMarket
                      : formatPrice(order.price, decimals)}
                  </span>
                </p>
                <p class="small">{whyWords(order)}</p>
                <p class="small muted">
                  {t.bot.orderStatus[order.status]}
                  {endWords(order)} · {formatAgo(order.createdAtMs, nowMs)}
                </p>
              </li>
            ))}
          </ol>
        )}
    </details>
  );
}

/** The rule in words, and the numbers it looked at. */
function whyWords({ rule, inputs }: Order): string {
  const { rules, inputs: names } = t.desk.decisions;
  const what = rule === null ? t.desk.noReason : rules[rule] ?? rule;
  const numbers = Object.entries(inputs).flatMap(([name, value]) =>
    typeof value === "number" && names[name] !== undefined
      ? [`${names[name]} ${formatSize(value)}`]
      : []
  );
  return numbers.length === 0
    ? what
    : t.desk.decisions.because(what, formatList(numbers));
}

function endWords({ endReason, rejectMessage }: Order): string {
  if (rejectMessage !== null) return `: ${rejectMessage}`;
  if (endReason === null) return "";
  const words = t.desk.decisions.ends[endReason] ?? endReason;
  return `, ${words}`;
}
