/** 文字：每一頁的外框。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const nav: Texts["nav"] = {
  main: "主選單",
  bots: "機器人",
  keys: "金鑰",
  account: "帳號選單",
  settings: "帳號",
  language: "語言",
  languageFailed: "無法載入這個語言，請檢查網路連線後再試。",
  signOut: "登出",
  inbox: "本機收件匣",
};
