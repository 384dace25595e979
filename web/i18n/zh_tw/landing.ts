/** 文字：訪客看到的第一頁。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const landing: Texts["landing"] = {
  title: "會自己打理的網格。",
  lead:
    "Trellis 在你自己的 Bitget 帳戶上運行網格機器人。資金和金鑰都在你手上，機器人日夜守著掛單。",
  getStarted: "建立帳戶",
  signIn: "登入",
  tryDemo: "用示範帳戶逛逛",
  points: [
    {
      title: "你的帳戶，你的資金",
      text: "你連接的金鑰只能交易。能提現的金鑰一律拒絕。",
    },
    {
      title: "加密封存的金鑰",
      text: "密鑰在儲存之前就已加密。網站只能封存，永遠打不開。",
    },
    {
      title: "每張單都有理由",
      text: "圖表上看得到每張掛單、每筆成交，以及機器人為什麼這麼做。",
    },
    {
      title: "先用模擬盤",
      text: "一鍵開立模擬帳戶，用虛擬資金在真實價格上看同一個機器人運作。",
    },
  ],
  risk:
    "槓桿網格交易可能賠光你的全部保證金。請先用模擬盤，只投入你賠得起的資金。",
};
