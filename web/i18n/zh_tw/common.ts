/** 文字：各頁共用的按鈕、狀態、時間、交易所與錯誤。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const common: Texts["common"] = {
  appName: "Trellis",
  cancel: "取消",
  close: "關閉",
  retry: "再試一次",
  loading: "載入中",
  // Words of the engine that are not translated end as they are.
  sentence: (text) => /[a-z0-9)]$/i.test(text) ? `${text}.` : `${text}。`,
  listComma: "、",
  andMore: (count) => `還有 ${count} 個`,
  unknown: "未知",
  email: "電子郵件",
  password: "密碼",
  showPassword: "顯示密碼",
  hidePassword: "隱藏密碼",
  skipToContent: "跳到主要內容",
  working: "處理中",
  loadFailed: "無法載入。",
  loadFailedTexts: {
    well: "無法讀取伺服器的回應。你的機器人會繼續運作，系統會自動重試。",
    busy: "剛才的請求太多。你的機器人會繼續運作，幾秒後自動重試。",
    broken:
      "伺服器出了問題。你的機器人會繼續運作，這個頁面只是用來查看，幾秒後自動重試。",
    silent:
      "伺服器沒有回應。你的機器人會繼續運作，這個頁面只是用來查看，幾秒後自動重試。",
  },
  staleTexts: {
    well: "這些數字可能不是最新的：最近一次更新沒有送達，正在重試。",
    busy: "這些數字可能不是最新的：剛才的請求太多，幾秒後重試。",
    broken:
      "這些數字可能不是最新的：伺服器出了問題。你的機器人會繼續運作，正在重試。",
    silent:
      "這些數字可能不是最新的：伺服器沒有回應。你的機器人會繼續運作，正在重試。",
  },
  pageNotFound: "沒有這個頁面。",
  pageNotFoundText: "網址可能打錯了，或頁面已經移走。",
  crashed: "這個頁面出了問題。",
  crashedText:
    "你的機器人不受影響。請重新載入；若再次發生，請告訴我們你做了什麼。",
  reload: "重新載入",
  startFailed: "Trellis 無法啟動。",
  startFailedText: "無法載入本站設定，請檢查網路連線。",
};

/** Texts. */
export const theme: Texts["theme"] = {
  label: (choice) => `外觀：${choice}`,
  system: "跟隨系統",
  light: "淺色",
  dark: "深色",
};

/** Texts. */
export const link: Texts["link"] = {
  live: "即時",
  connecting: "連線中",
  reconnecting: "重新連線中",
  offline: "離線",
};

/** Texts. */
export const reasons: Texts["reasons"] = {
  "Your exchange UID is no longer on the list of verified accounts":
    "你的 UID 已不在認證名單上",
};

/** Texts. */
export const time: Texts["time"] = {
  justNow: "剛剛",
  secondsAgo: (n) => `${n} 秒前`,
  minutesAgo: (n) => `${n} 分鐘前`,
  hoursAgo: (n) => `${n} 小時前`,
};

/** Texts. */
export const venues: Texts["venues"] = {
  paper: "模擬",
  bitget: "Bitget",
  "bitget_demo": "Bitget 模擬盤",
};
