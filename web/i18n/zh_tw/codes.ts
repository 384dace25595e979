/** 文字：引擎與函式依代碼說的話。 @module */
import { CODES_ZH_TW } from "@core/words/codes_zh_tw.ts";
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const codes: Texts["codes"] = CODES_ZH_TW;

/** Texts. */
export const apiErrors: Texts["apiErrors"] = {
  "account_in_use":
    "帳戶中還有東西在交易：機器人仍在運作，或停止後仍有掛單。請先停止並取消掛單。",
  "account_unified":
    "這是統一交易帳戶。Trellis 目前只支援經典帳戶：請在 Bitget 切換，或建立經典子帳戶再使用其金鑰。",
  "body_too_large": "送出的資料太大。",
  "bot_already_running": "這個機器人已經在運作。",
  "bot_not_editable": "機器人運作中不能修改這一項，請先停止。",
  "bot_not_running": "這個機器人沒有在運作。",
  "channel_unavailable": "這個環境尚未提供這種通知。",
  "config_changed": "設定已在別處改過。請重新載入最新的設定，再做修改。",
  "exchange_unavailable":
    "Bitget 目前沒有正常回應，沒有任何變更。請一分鐘後再試。",
  "forbidden": "只有管理員可以這麼做。",
  "internal": "我們這邊出了問題。再試之前請先看看列表。",
  "key_can_withdraw":
    "這把金鑰可以把資金移出帳戶。請建立一把只有合約交易、沒有提現權限的金鑰。",
  "key_cannot_trade":
    "這把金鑰不能交易合約。請建立具有合約委託與合約持倉讀寫權限的金鑰。",
  "key_in_use": "還有機器人在使用這把金鑰。請先停止，再移除金鑰。",
  "key_invalid":
    "Bitget 不接受這組金鑰與密鑰。請確認兩者是同一組，且金鑰沒有被刪除。",
  "key_ip_refused":
    "Bitget 拒絕來自我們 IP 的這把金鑰。請把我們的 IP 加進白名單，或移除白名單。",
  "key_malformed":
    "這看起來不像 Bitget API 金鑰。請從 Bitget 重新複製，不要有空格或換行。",
  "key_other_account":
    "這把金鑰屬於另一個 Bitget 帳戶。請用同一個帳戶建立新金鑰，或另外連接為新帳戶。",
  "leverage_out_of_range": "這個交易對不支援該槓桿。",
  "method_not_allowed": "這裡不能這麼做。",
  "no_answer": "伺服器沒有及時回應，操作可能已經完成。再試之前請先看看列表。",
  "not_found": "這裡沒有東西。",
  "offline": "連不到伺服器，沒有任何變更。",
  "paper_unavailable": "模擬交易所目前無法使用，沒有任何變更。請一分鐘後再試。",
  "passphrase_invalid":
    "通行密碼錯誤。它是你建立 API 金鑰時自己設定的，不是 Bitget 的登入密碼。",
  "preview_outdated": "預覽之後資料有變動，已重新預覽，請再看一次。",
  "profile_changed": "這個帳號剛才有變動，清單正在重新讀取，請再確認一次。",
  "profile_not_active":
    "這個帳號不能用這個帳戶交易：UID 尚未驗證或未通過核准。",
  "profile_suspended": "你的帳戶已停權。",
  "rate_limited": "操作太頻繁，請稍候再試。",
  "size_above_maximum": "數量超過這個交易對的最大下單量。",
  "size_below_minimum": "數量低於這個交易對的最小下單量。",
  "spacing_below_fees": "間距小於來回手續費：每次交易都會虧損。請加大間距。",
  "symbol_in_use":
    "這把金鑰上已有另一個機器人在跑這個交易對。請先停止它，或換一個交易對或金鑰。",
  "symbol_unknown":
    "交易所沒有這個永續合約。請選擇 USDT 永續，例如 BNB/USDT:USDT。",
  "token_expired": "登入已過期，請重新登入。",
  "uid_taken":
    "這個 Bitget 帳戶已被另一位使用者連接。一個 Bitget 帳戶只屬於一位使用者。",
  "unauthorized": "請先登入。",
  "url_not_allowed":
    "這個網址不能使用。Webhook 需要 https、公開的主機名稱（不能是 IP），以及連接埠 443 或 8443。",
  "validation_failed": "有些數值無法使用。",
};
