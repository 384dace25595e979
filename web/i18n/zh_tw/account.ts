/** 文字：帳號。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const account: Texts["account"] = {
  title: "帳號",
  email: "電子郵件",
  verification: "實盤交易",
  verificationStates: {
    "pending_key": "連接 Bitget 金鑰後即可審核",
    "pending_review": "等待審核",
    active: "已通過",
    suspended: "已停權",
    rejected: "未通過",
  },
  profile: "個人資料",
  name: "顯示名稱",
  nameHint: "只有你和管理員看得到。",
  save: "儲存",
  saved: "已儲存。",
  notSaved: "無法儲存，請檢查網路連線後再試。",
  presentEmail: (email) => `你用 ${email} 登入。`,
  newEmail: "新的電子郵件",
  changeEmail: "變更電子郵件",
  emailSame: "這就是你目前的電子郵件。",
  emailSent: (present, wanted) =>
    `我們已把連結寄到 ${present} 和 ${wanted}。請逐一點開以完成變更；在此之前仍用目前的電子郵件登入。`,
  presentPassword: "目前的密碼",
  passwordWrong: "這不是你目前的密碼。",
  sessions: "已登入的裝置",
  sessionsText:
    "裝置遺失，或用了別人的裝置？這會登出所有裝置，包括這一台。機器人會繼續運作。",
  signOutEverywhere: "登出所有裝置",
  data: "你的資料",
  dataText:
    "我們保存的所有資料：個人資料、帳戶（不含封存的金鑰）、機器人、委託、成交、資金費用、紀錄、權益與通知，一份 JSON 檔，另附成交 CSV 供試算表使用。",
  download: "下載我的資料",
  reading: (rows) => `已讀取 ${rows} 筆`,
  downloaded: (rows) => `${rows} 筆資料已存到下載資料夾。`,
  downloadFailed: "下載中斷，請檢查網路連線後再試。",
  remove: {
    title: "刪除帳號",
    text: "你的帳號和其中的一切都會永久刪除，包括成交紀錄與封存的金鑰。",
    running: (count) => `還有 ${count} 個機器人在運作。請先停止所有機器人。`,
    open: "刪除帳號",
    consequences:
      "個人資料、金鑰、機器人、委託、成交與紀錄會立刻刪除，無法復原。交易所上不會有任何變更：也請到那裡刪除你的 API 金鑰。",
    positions: (names) =>
      `未平倉的持倉會留在交易所，沒有機器人照看：${names}。`,
    exportFirst: "請先留一份備份，例如報稅時會用到：",
    confirm: (email) => `輸入 ${email} 以確認`,
    mismatch: "這不是此帳號的電子郵件。",
    submit: "永久刪除",
  },
  theme: "外觀",
  password: "密碼",
  changePassword: "變更密碼",
};
