/** Messages in words, for e-mail and Telegram: plain text, no markup. @module */
import { CODES_ZH_TW } from "@core/words/codes_zh_tw.ts";
import type { AlertMessage, AlertPayload } from "./message.ts";

/** A message for people. */
export interface AlertText {
  readonly subject: string;
  readonly text: string;
}

interface Words {
  readonly titles: Readonly<
    Record<Exclude<AlertMessage["topic"], "grace">, (bot: string) => string>
  >;
  readonly account: Readonly<Record<string, string>>;
  /** Sentences by code, said before the engine's own, which is English. */
  readonly codes: Readonly<Record<string, string>>;
  readonly graceEnds: (at: string) => string;
  readonly noGrace: string;
  readonly digest: (count: number) => string;
  readonly symbol: (
    line: NonNullable<AlertPayload["symbols"]>[number],
  ) => string;
  readonly test: string;
  readonly look: (url: string) => string;
  readonly stopTelling: string;
}

const UNKNOWN = "—";
const EN: Words = {
  titles: {
    fault: (bot) => `${bot} met an error`,
    stop: (bot) => `${bot} has stopped`,
    margin: (bot) => `${bot}: margin warning`,
    fills: () => "Fills",
    test: () => "A test message",
  },
  account: {
    account_suspended: "Your account is suspended",
    account_rejected: "Your account was not approved",
    account_active: "Your account is active again",
    account_pending_key: "Your account is open again",
    account_pending_review: "Your account is being reviewed again",
    grace_ended: "Your time of grace is over: your bots stop",
    stopped_by_platform: "The platform has stopped all bots",
  },
  codes: {},
  graceEnds: (at) =>
    `Until ${at} your bots keep take-profits and open nothing. Then they stop; take-profits stay on the exchange.`,
  noGrace:
    "Your bots stop now: what would open positions is canceled, take-profits stay.",
  digest: (count) => `${count} ${count === 1 ? "fill" : "fills"}`,
  symbol: ({ symbol, fills, realized_pnl: pnl, fees, unknown }) =>
    `${symbol.split(":")[0]}: ${fills} ${
      fills === 1 ? "fill" : "fills"
    }, realized ${pnl ?? UNKNOWN}, fees ${fees ?? UNKNOWN}${
      unknown > 0 ? ` (${unknown} not known yet)` : ""
    }`,
  test: "If you read this, alerts reach you here.",
  look: (url) => `Look: ${url}`,
  stopTelling: "You asked for this under Account, Alerts.",
};
const ZH_TW: Words = {
  titles: {
    fault: (bot) => `${bot} 發生錯誤`,
    stop: (bot) => `${bot} 已停止`,
    margin: (bot) => `${bot}：保證金警示`,
    fills: () => "成交摘要",
    test: () => "測試訊息",
  },
  account: {
    account_suspended: "你的帳號已停權",
    account_rejected: "你的帳號未通過審核",
    account_active: "你的帳號已恢復",
    account_pending_key: "你的帳號已恢復",
    account_pending_review: "你的帳號正在重新審核",
    grace_ended: "寬限期已結束，機器人停止",
    stopped_by_platform: "平台已停止所有機器人",
  },
  codes: CODES_ZH_TW,
  graceEnds: (at) =>
    `在 ${at} 之前，你的機器人只保留止盈、不再開倉。之後會停止，止盈單留在交易所。`,
  noGrace: "你的機器人立即停止：開倉掛單取消，止盈單保留。",
  digest: (count) => `${count} 筆成交`,
  symbol: ({ symbol, fills, realized_pnl: pnl, fees, unknown }) =>
    `${symbol.split(":")[0]}：${fills} 筆成交，已實現 ${
      pnl ?? UNKNOWN
    }，手續費 ${fees ?? UNKNOWN}${unknown > 0 ? `（${unknown} 筆未知）` : ""}`,
  test: "看到這則訊息，代表通知可以送達這裡。",
  look: (url) => `查看：${url}`,
  stopTelling: "你在「帳號 › 通知」訂閱了這則訊息。",
};

/**
 * Puts a message into words of the reader's language.
 *
 * @param webUrl Origin of the app; null: no link.
 */
export function wordsOf(
  message: Pick<AlertMessage, "topic" | "payload" | "locale">,
  webUrl: string | null,
): AlertText {
  const words = message.locale.startsWith("zh") ? ZH_TW : EN;
  const { topic, payload } = message;
  const bot = oneLine(payload.bot?.name ?? "");
  const title = topic === "grace"
    ? words.account[payload.code] ?? payload.code
    : topic === "fills"
    ? words.digest(payload.count ?? 0)
    : words.titles[topic](bot);
  const path = payload.bot === undefined ? "/bots" : `/bots/${payload.bot.id}`;
  const lines = [
    title,
    ...linesOf(words, message),
    ...(webUrl === null ? [] : ["", words.look(webUrl + path)]),
    words.stopTelling,
  ];
  return { subject: `Trellis: ${title}`, text: lines.join("\n") };
}

function linesOf(
  words: Words,
  { topic, payload }: Pick<AlertMessage, "topic" | "payload">,
): readonly string[] {
  switch (topic) {
    case "test":
      return [words.test];
    case "fills":
      return (payload.symbols ?? []).map(words.symbol);
    case "grace": {
      const reason = payload.message ?? "";
      const isClosed = payload.code === "account_suspended" ||
        payload.code === "account_rejected";
      const end = payload.grace_ends_at;
      return [
        ...(reason === "" ? [] : [reason]),
        ...(!isClosed
          ? []
          : [end ? words.graceEnds(utcOf(end)) : words.noGrace]),
      ];
    }
    case "fault":
    case "stop":
    case "margin":
      return [words.codes[payload.code], payload.message].filter((line) =>
        line !== undefined
      );
  }
}

/** A name goes into a subject: whatever would begin a new line is a blank. */
function oneLine(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ");
}

/** A reader's zone is not known here: UTC, and said so. */
function utcOf(instant: string): string {
  return `${
    new Date(instant).toISOString().slice(0, 16).replace("T", " ")
  } UTC`;
}
