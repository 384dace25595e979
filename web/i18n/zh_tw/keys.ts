/** 文字：交易所帳戶與連接金鑰。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const keys: Texts["keys"] = {
  title: "交易所帳戶",
  lead: "機器人在這裡交易。金鑰只能交易，別的都不行。",
  closedTitle: "無法連接帳戶",
  closedText:
    "你的帳號目前不能交易，模擬帳戶也不行。已連接的帳戶仍列在這裡，可以移除。",
  connect: "連接金鑰",
  openPaper: "開立模擬帳戶",
  openingPaper: "正在開立模擬帳戶",
  empty: "還沒有連接帳戶",
  emptyText: "開立模擬帳戶用虛擬資金試試看，或連接 Bitget 金鑰進行實盤交易。",
  replace: "更換",
  replaceLabel: (label) => `更換 ${label} 的金鑰`,
  age: (days) => days === 0 ? "今天連接" : `${days} 天`,
  ageHint: "這把金鑰已超過 90 天。請定期更換：萬一外洩，舊金鑰就不再有效。",
  noBots: "沒有機器人",
  facts: {
    uid: "UID",
    key: "金鑰",
    age: "使用時間",
    may: "權限",
    from: "來源",
    bots: "機器人",
  },
  uid: (uid) => `UID ${uid}`,
  permissionNames: {
    "coow": "下單",
    "cpow": "管理持倉",
    "coor": "讀取委託",
    "cpor": "讀取持倉",
    "trade": "交易",
    "readonly": "讀取",
    "read": "讀取",
  },
  ipBound: "僅限綁定的 IP",
  ipOpen: "任何 IP",
  status: {
    active: "有效",
    invalid: "已失效",
    revoked: "已移除",
  },
  invalidText:
    "Bitget 不再接受這把金鑰。在你連接新金鑰之前，使用它的機器人無法交易。",
  invalidClosedText:
    "Bitget 不再接受這把金鑰。帳號不能交易的期間無法更換，只能移除。",
  remove: "移除",
  removeLabel: (label) => `移除 ${label}`,
  removeTitle: (label) => `要移除「${label}」嗎？`,
  removeText:
    "我們加密保存的金鑰會被刪除，無法復原。已停止的機器人保留紀錄，但不能再啟動。也請到 Bitget 刪除這把金鑰。",
  removePaperText:
    "模擬帳戶會永久中斷連接。已停止的機器人保留紀錄，但不能再啟動。",
  removeConfirm: "移除金鑰",
  showRevoked: (count) => `${count} 把已移除的金鑰`,
  verification: {
    "pending_key": null,
    "pending_review":
      "你的 Bitget UID 正在等待審核。在此之前可以先用模擬帳戶交易。",
    active: null,
    suspended: null,
    rejected: null,
  },
};

/** Texts. */
export const connect: Texts["connect"] = {
  title: "連接 Bitget 金鑰",
  lead: "大約三分鐘。你需要 Bitget 經典帳戶。",
  stepsTitle: "建立安全的金鑰",
  replaceTitle: (label) => `更換「${label}」的金鑰`,
  replaceLead: "同一個 Bitget 帳戶的新金鑰會取代舊的。機器人與紀錄都會保留。",
  replaceSubmit: "檢查並更換",
  replaceHow:
    "正在運作的機器人會繼續使用舊金鑰，直到停止後重新啟動。請在那之後才到 Bitget 刪除舊金鑰。",
  replaceUnknown: "這把金鑰已經不存在。",
  bindAddresses: "把金鑰綁定到下列 IP：小偷在別處拿到也沒用。",
  steps: [
    "在 Bitget 打開 API 管理，建立系統產生的金鑰。",
    "權限：合約委託與合約持倉，讀寫。其他都不要勾。",
    "提現與劃轉保持關閉。能移動資金的金鑰我們會拒絕。",
    "最好使用子帳戶，只放機器人可以動用的資金。",
  ],
  label: "名稱",
  labelHint: "給你自己看，用來分辨帳戶。",
  labelDefault: "我的 Bitget 帳戶",
  venue: "帳戶",
  venueReal: "實盤",
  venueDemo: "Bitget 模擬盤",
  apiKey: "API Key",
  apiSecret: "Secret Key",
  passphrase: "Passphrase（通行密碼）",
  passphraseHint: "建立金鑰時你自己設定的那一組。",
  submit: "檢查並連接",
  sealed: "金鑰會先向 Bitget 查驗，加密封存後不再顯示。只有交易引擎能打開。",
  missing: "這裡必填。",
  labelMissing: "請取個名稱。",
  malformed: "請從 Bitget 重新複製，不要有空格。",
  paperInstead: "想先試試看？",
};
