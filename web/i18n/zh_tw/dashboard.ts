/** 文字：機器人總覽。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const bots: Texts["bots"] = {
  title: "機器人",
  create: "新增機器人",
  empty: "還沒有機器人",
  emptyText:
    "網格機器人在價格上下各掛一張單，賺取許多小額利潤。建立一個，看它怎麼運作。",
  emptyNoKey: "先準備一個帳戶",
  emptyNoKeyText: "機器人需要帳戶才能交易。模擬帳戶一鍵開立，完全免費。",
  status: {
    idle: "尚未啟動",
    starting: "啟動中",
    running: "運作中",
    stopping: "停止中",
    stopped: "已停止",
    faulted: "需要處理",
  },
  waiting: { running: "已要求啟動", stopped: "已要求停止" },
  botCount: (count) => `${count} 個機器人`,
  summary: (running, all) => `${all} 個中有 ${running} 個運作中`,
  over: (words) => `已解除：${words}`,
  purse: {
    title: (coin, venue) => `${coin}（${venue}）`,
    equity: "總權益",
    accounts: (count) => `${count} 個帳戶`,
    asOf: (when) => `${when}的數字`,
    today: "今日損益",
    allTime: "累計損益",
    without: (count) => `不含 ${count} 個尚未得知的機器人`,
    span: "顯示期間",
    spans: { day: "24 小時", week: "7 天", month: "30 天" },
    curve: (title, from, at, to) =>
      `權益曲線，${title}：${at} 為 ${from}，目前為 ${to}`,
    noCurve: "這個帳戶的第一個機器人啟動兩分鐘後，曲線就會出現。",
  },
  card: {
    net: "淨損益",
    realized: "已實現",
    costs: "手續費、資金費用",
    unrealized: "未實現",
    noPositions: "沒有持倉",
    positionsUnknown: "尚未得知持倉",
    legs: { long: "多單", short: "空單" },
    purpose: (leg, purpose) => `${leg}${purpose}`,
    order: (side, price, purpose) => `${price} ${side}（${purpose}）`,
    orders: (orders) => `下一步：${orders}`,
    waiting: "等待掛出下一張單",
    left: (orders) => `仍在委託簿上：${orders}`,
    leftPositions: "持倉仍未平倉，而且沒有機器人在照看",
    next: {
      idle: "已就緒：啟動之前不會有任何交易",
      starting: "正在查看帳戶，接著掛出第一批單",
      stopping: "正在依你選的方式停止",
      stopped: "休息中",
      faulted: "已自行停止交易",
    },
  },
  attention: {
    title: "需要你處理",
    more: (count) => `再顯示 ${count} 項`,
    held: "正在等待，暫時不下單。",
    keyInvalid: (bots) =>
      `交易所不再接受這把金鑰：${bots} 個機器人無法交易。請更換金鑰。`,
    repeated: (words, count) => `${words}（${count} 次）`,
  },
  filter: {
    search: "尋找機器人",
    status: "狀態",
    all: "全部",
    running: "運作中",
    resting: "未運作",
    attention: "需處理",
    none: "沒有符合的機器人。",
    reset: "顯示全部",
  },
};
