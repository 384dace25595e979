/** 文字：單一機器人的頁面與圖表。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const bot: Texts["bot"] = {
  notFound: "沒有這個機器人。",
  notFoundText: "它可能屬於別的帳戶，或是網址打錯了。",
  start: "啟動",
  stop: "停止",
  edit: "編輯",
  more: "更多操作",
  closePositions: "全部平倉",
  startTitle: (name) => `要啟動「${name}」嗎？`,
  startText: (venue) =>
    `機器人會立刻依下列設定，在你的 ${venue} 帳戶開始掛單。`,
  startReal: "這會動用真實資金。",
  startConfirm: "啟動機器人",
  stopTitle: (name) => `停止「${name}」`,
  stopLead: (orders, positions) =>
    `它目前有${orders}，以及${positions}。要怎麼處理？`,
  ordersResting: (count) =>
    count === null
      ? "數量未知的掛單"
      : count === 0
      ? "零筆掛單"
      : `${count} 筆掛單`,
  positionsOpen: (count) =>
    count === null
      ? "尚未得知的持倉"
      : count === 0
      ? "零個持倉"
      : `${count} 個持倉`,
  stopPolicies: {
    "keep_take_profits": {
      title: "保留止盈單",
      text:
        "取消進場單；止盈單留在委託簿，成交時獲利平倉。未平倉的部位仍有風險。",
    },
    "cancel_orders": {
      title: "取消所有掛單",
      text: "取消這個機器人的所有掛單。持倉維持原狀，不再有任何平倉單。",
    },
    "close_positions": {
      title: "立刻全部平倉",
      text: "取消掛單，並以市價平掉所有持倉。虧損會實現，無法復原。",
    },
  },
  stopConfirm: {
    "keep_take_profits": "停止並保留止盈單",
    "cancel_orders": "停止並取消掛單",
    "close_positions": "停止並全部平倉",
  },
  closeTitle: (name) => `要平掉「${name}」嗎？`,
  closeText: (orders, positions) =>
    `這個機器人有${orders}，以及${positions}。將取消掛單並以市價平倉。虧損會實現，無法復原。`,
  closeConfirm: "立刻平倉",
  faulted: "機器人已自行停止交易。",
  faultedHint: "排除原因後再重新啟動。",
  figures: "數據",
  realized: "已實現",
  fees: "手續費",
  funding: "資金費用",
  unrealized: "未實現",
  equity: "帳戶權益",
  noEquity: "交易兩分鐘後會出現最初的資料點。",
  equityWords: (from, at, to) => `帳戶權益：${at} 為 ${from}，目前為 ${to}`,
  silent: (when) =>
    `機器人上次與交易所同步是${when}。掛單仍在委託簿上，引擎會自動接手。`,
  net: "淨損益",
  netHint: "已實現 − 手續費 + 資金費用 + 未實現",
  marginRatio: "保證金使用率",
  updated: (when) => `以 USDT 計，${when}更新`,
  positions: "持倉",
  long: "多單",
  short: "空單",
  flat: "無持倉",
  entryAt: (price) => `均價 ${price}`,
  openOrders: "掛單",
  fills: "成交",
  events: "事件",
  settings: "設定",
  noOrders: "沒有掛單",
  noOrdersIdle: "機器人啟動後，掛單會顯示在這裡。",
  noOrdersRunning: "機器人即將掛出第一批單。",
  noFills: "還沒有成交",
  noFillsText: "每筆成交都會即時顯示在這裡和圖表上。",
  noEvents: "還沒有任何事件",
  noEventsText: "啟動、停止和所有異常都會記錄在這裡。",
  levels: { info: "訊息", warning: "警告", error: "錯誤" },
  details: "掛單、成交、事件與設定",
  newFill: (what) => `新成交：${what}`,
  columns: {
    time: "時間",
    order: "委託",
    price: "價格",
    size: "數量",
    filled: "已成交",
    state: "狀態",
    fee: "手續費",
    pnl: "損益",
  },
  purposes: {
    open: "開倉",
    entry: "加倉",
    "take_profit": "止盈",
    reduce: "減倉",
    close: "平倉",
  },
  foreign: "手動委託",
  buy: "買入",
  sell: "賣出",
  orderStatus: {
    pending: "送出中",
    submitted: "已送出",
    open: "掛單中",
    "partially_filled": "部分成交",
    filled: "已成交",
    canceled: "已取消",
    rejected: "被拒絕",
    unresolved: "查詢中",
  },
  feeRebate: "返佣",
};

/** Texts. */
export const chart: Texts["chart"] = {
  title: (symbol) => `${symbol} 價格圖`,
  summary: (orders, fills) =>
    `K 線圖，${orders} 筆掛單以橫線表示，${fills} 筆成交以標記表示；相同數字見下方表格。`,
  interval: "K 線週期",
  intervals: { "1m": "1 分", "5m": "5 分", "15m": "15 分", "1H": "1 時" },
  failed: "無法載入價格歷史。",
  failedText: "交易所沒有回應。下方的掛單與成交不受影響。",
  noVenue: "這個帳戶沒有設定價格來源。",
  credit: "圖表由 TradingView 提供",
  reset: "最新",
  feed: {
    connecting: "正在連接報價",
    live: "即時報價",
    stale: "報價停滯",
    reconnecting: "正在重新連接報價",
  },
  lineTitles: {
    long: {
      open: "多 開倉",
      entry: "多 加倉",
      "take_profit": "多 止盈",
      reduce: "多 減倉",
      close: "多 平倉",
    },
    short: {
      open: "空 開倉",
      entry: "空 加倉",
      "take_profit": "空 止盈",
      reduce: "空 減倉",
      close: "空 平倉",
    },
  },
};
