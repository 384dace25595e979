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
  realized: "淨已實現",
  netOfCosts: "已扣手續費與資金費用",
  unrealized: "未實現",
  equity: "權益",
  fillsCount: (count) => `${count} 筆成交`,
  openOrders: (count) => `${count} 筆掛單`,
  running: (since) => `${since}啟動`,
  summary: (running, all) => `${all} 個中有 ${running} 個運作中`,
  never: "從未啟動",
};
