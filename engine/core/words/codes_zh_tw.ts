/**
 * What engines and the database say by code, in Traditional Chinese: for the
 * page and for alerts. The engine's own sentences are English and know the
 * figures; a code that is not here is said in them.
 *
 * @module
 */

/** By code of an event or of a bot's status: a sentence. */
export const CODES_ZH_TW: Readonly<Record<string, string>> = {
  "account_close_failed":
    "平倉沒有完全成功，機器人會再試。請到交易所確認持倉。",
  "account_max_loss": "帳戶虧損達到上限：持倉已平倉，機器人已停止。",
  "account_rejected":
    "帳號未通過核准：機器人取消會開倉的掛單，保留止盈單並停止。",
  "account_suspended": "帳號已停權：機器人取消會開倉的掛單，保留止盈單並停止。",
  "bot_running": "機器人已開始交易。",
  "bot_stopped": "機器人已依你選的方式停止。",
  "bot_taken_over": "另一台引擎已接手這個機器人，繼續交易。",
  "bot_stopped_by_risk": "風控已停止這個機器人。請看過行情與設定後再啟動。",
  "both_legs_heavy": "多空兩邊持倉都過大：兩邊各減一部分，變輕之前不再加倉。",
  "both_legs_heavy_stop":
    "多空兩邊持倉今天多次過大，機器人已停止：加倉單已取消，止盈單保留。",
  "config_adopted": "已採用修改後的設定。",
  "config_invalid": "設定無法使用，請編輯後再啟動。",
  "config_refused": "修改後的設定不能使用，仍沿用先前的設定。",
  "entries_blocked": "持倉的成本紀錄不完整：只掛止盈，不再加倉。",
  "entries_paused": "持倉已超過設定的上限：不再加倉，等待止盈。",
  "exchange_unavailable": "交易所或資料庫沒有回應，機器人會自動重試。",
  "funding_recorded_later":
    "仍有持倉：停止期間收付的資金費用，會在機器人下次啟動時補記。",
  "grace": "帳戶在寬限期內：只保留止盈單，不再加倉。",
  "grace_ended": "寬限期已結束：機器人取消會開倉的掛單，保留止盈單並停止。",
  "hard_stop": "虧損達到硬停損，持倉已平倉，暫停一段時間後再繼續。",
  "insufficient_margin": "保證金不足，交易所拒絕掛單。請補充保證金或減少數量。",
  "internal_error":
    "機器人遇到內部錯誤而停止。請查看持倉後再啟動，並告訴我們。",
  "key_can_withdraw":
    "這把金鑰可以提現。請到交易所關閉該權限，或連接沒有提現權限的金鑰。",
  "key_cannot_trade":
    "這把金鑰不能交易合約。請到交易所開啟該權限，或連接另一把金鑰。",
  "key_invalid": "交易所不再接受這把金鑰。請更換金鑰後再啟動。",
  "key_missing": "這個機器人的金鑰已不存在。請重新連接帳戶。",
  "key_unreadable":
    "這台引擎無法打開已封存的金鑰。請重新連接帳戶，或聯絡我們。",
  "lease_expired": "引擎與資料庫短暫失聯，期間不下單，恢復後自動繼續。",
  "leg_rests": "這一邊已由風控平倉，休息中。",
  "leverage_out_of_range": "這個交易對不支援所設定的槓桿。",
  "levels_above_order_limit":
    "格數超過交易所允許的掛單數，只掛最接近現價的部分。",
  "margin_no_entries": "保證金使用率高於上限或未知：暫停加倉。",
  "max_loss": "這個機器人的虧損達到上限：持倉已平倉，機器人已停止。",
  "no_price": "還沒有收到報價，等待第一筆。",
  "not_synchronised": "正在與交易所核對狀態，完成後才下單。",
  "order_canceled_elsewhere": "有一張掛單不是由機器人取消的，已重新掛上。",
  "order_rejected": "交易所拒絕了一張委託，原因見掛單列表。",
  "overlay_active": "風控調整中：加倉數量與間距已改變。",
  "passphrase_invalid": "金鑰的通行密碼不正確。請更換金鑰。",
  "permission_missing": "金鑰缺少必要的權限。請到交易所開啟，或更換金鑰。",
  "paper_unavailable": "這裡沒有模擬交易所。請連接真實帳戶，或聯絡我們。",
  "position_gone": "交易所上已沒有網格預期的持倉，已重新對齊。",
  "position_mode_one_way":
    "帳戶是單向持倉模式，這個策略需要雙向持倉。請到交易所切換。",
  "position_too_small": "持倉小於最小下單量，無法掛止盈單。",
  "position_unexplained": "持倉中有一部分不是由這個機器人建立的，不會去動它。",
  "price_outside_range": "價格在網格區間之外：回到區間後才會開始。",
  "price_stale": "報價停滯：現有掛單不動，報價恢復後才下新單。",
  "private_socket_down":
    "與交易所帳戶的連線中斷：現有掛單不動，恢復後自動繼續。",
  "size_above_maximum": "數量超過這個交易對的上限。",
  "size_below_minimum": "數量低於這個交易對的下限。",
  "spacing_below_fees": "間距小於來回手續費，每次交易都會虧損。請加大間距。",
  "spacing_near_costs": "間距勉強涵蓋手續費與資金費用。",
  "stop_loss_reached": "價格觸及停損，網格已結束。",
  "risk_input_unknown":
    "帳戶權益未知：需要它的風控先等待，交易所告知後再判斷。",
  "stopped_by_platform":
    "平台已停止所有機器人：這個機器人依停止方式處理掛單與持倉。",
  "symbol_unknown": "交易所沒有這個交易對。",
  "take_profit_reached": "價格觸及止盈，網格已結束。",
  "take_profits_only": "只保留止盈單，不再加倉。",
  "trailing_take_profit": "獲利回落，移動止盈正在以市價平倉。",
  "trailing_take_profit_armed": "移動止盈已啟動，正在跟蹤獲利高點。",
  "trailing_take_profit_reached": "觸發移動止盈，網格已結束。",
  "uid_removed":
    "這個帳戶的 UID 已不在驗證名單上：機器人取消會開倉的掛單，保留止盈單並停止。",
  "uid_mismatch": "這把金鑰屬於另一個 Bitget 帳戶。請連接原帳戶的金鑰。",
  "unified_account": "這是統一帳戶。Trellis 目前只支援經典帳戶。",
  "unknown_symbol": "交易所沒有這個交易對。",
};
