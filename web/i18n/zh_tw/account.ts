/** 文字：個人帳戶。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const account: Texts["account"] = {
  title: "帳戶",
  email: "電子郵件",
  verification: "實盤交易",
  verificationStates: {
    "pending_key": "連接 Bitget 金鑰後即可審核",
    "pending_review": "等待審核",
    active: "已通過",
    suspended: "已停權",
    rejected: "未通過",
  },
  theme: "外觀",
  password: "密碼",
  changePassword: "變更密碼",
};
