/** 文字：機器人總覽。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const bots: Texts["bots"] = {
  title: "機器人",
  create: "新增機器人",
  empty: "還沒有機器人",
  emptyText:
    "網格機器人在價格上下各掛一張單，賺取許多小額利潤。建立一個，看它怎麼運作。",
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
    costs: "手續費、資金費用",
    noPositions: "沒有持倉",
    positionsUnknown: "尚未得知持倉",
    legs: { long: "多單", short: "空單" },
    purpose: (leg, purpose) => `${leg}${purpose}`,
    order: (side, price, purpose) => `${price} ${side}（${purpose}）`,
    orders: (orders) => `下一步：${orders}`,
    requested: "引擎稍後就會接手",
    waiting: "等待掛出下一張單",
    silent: (when) => `上次與交易所同步：${when}。`,
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
    keyInvalidClosed: (bots) =>
      `交易所不再接受這把金鑰：${bots} 個機器人無法交易。帳號不能交易的期間無法更換。`,
    keyInvalid: (bots) =>
      `交易所不再接受這把金鑰：${bots} 個機器人無法交易。請更換金鑰。`,
    repeated: (words, count) => `${words}（${count} 次）`,
  },
  welcome: {
    paperTitle: "現在就用模擬資金試試看",
    paperText: "模擬帳戶的成交方式和交易所一樣，一秒就能開好。",
    paperPoints: [
      "10,000 USDT 模擬資金",
      "相同的機器人、圖表與數字",
      "不需要金鑰、不需要審核、沒有風險",
    ],
    realTitle: "實盤交易",
    realText: "四個步驟，每步只需做一次。",
    hide: "隱藏",
    states: {
      done: "完成",
      now: "輪到你",
      waiting: "處理中",
      later: "稍後",
      refused: "未通過",
    },
    steps: {
      key: {
        title: "連接 Bitget 金鑰",
        text: {
          done: "已向 Bitget 查驗並加密封存。",
          now: "只能交易、別的都不行的金鑰。大約三分鐘。",
          waiting: "",
          later: "帳號不能交易時無法連接。",
          refused: "",
        },
      },
      uid: {
        title: "你的 Bitget UID",
        text: {
          done: "查驗金鑰時由 Bitget 提供。",
          now: "",
          waiting: "",
          later: "從金鑰讀取，不用自己輸入。",
          refused: "",
        },
      },
      approval: {
        title: "審核",
        text: {
          done: "你可以進行實盤交易。",
          now: "",
          waiting:
            "管理員正在審核你的 UID。你不用做任何事，結果一出來就會顯示在這裡。",
          later: "在名單上的 UID 立即通過，其他由管理員審核。",
          refused: "這個帳號不能交易，請聯絡我們。",
        },
      },
      bot: {
        title: "第一個機器人",
        text: {
          done: "已經交易過，就在下方。",
          now: "選交易對、看預覽，想啟動時再啟動。",
          waiting: "",
          later: "例如用你在模擬盤試過的設定。",
          refused: "",
        },
      },
    },
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
