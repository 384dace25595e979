/** 文字：註冊、登入、新密碼。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const auth: Texts["auth"] = {
  signIn: {
    title: "登入",
    submit: "登入",
    ended: "登入已失效。請重新登入，回到剛才的地方；你的機器人不受影響。",
    forgot: "忘記密碼？",
    noAccount: "還沒有帳號？",
    toSignUp: "建立帳號",
  },
  signUp: {
    title: "建立帳號",
    submit: "建立帳號",
    hasAccount: "已經有帳號了？",
    toSignIn: "登入",
    passwordHint: "至少 8 個字元。用幾個自己記得住的詞組起來就很好。",
    confirmTitle: "請查看電子郵件",
    confirmHint: "沒收到嗎？請看看垃圾郵件，或再寄一次。",
    confirmAgain: "再寄一次",
    confirmResent: "新的郵件已寄出。",
    confirmText: (email) =>
      `我們已把連結寄到 ${email}。點開連結即可完成，這個頁面可以關閉。`,
  },
  mailLink: {
    dead:
      "這個連結已過期或已經開過。請登入：如果電子郵件還沒驗證，可以再寄一次。",
    half:
      "兩個連結已開啟其中一個。請再開啟寄到另一個信箱的連結，變更才會完成。",
  },
  reset: {
    title: "重設密碼",
    lead: "輸入你的電子郵件，我們會寄給你六位數驗證碼。",
    send: "寄出驗證碼",
    codeTitle: "輸入驗證碼",
    codeLead: (email) => `如果 ${email} 有帳號，驗證碼已經寄出，一小時內有效。`,
    code: "六位數驗證碼",
    verify: "繼續",
    resend: "重新寄送驗證碼",
    resent: "新的驗證碼已寄出。",
    openInbox: "開啟本機收件匣",
    passwordTitle: "設定新密碼",
    newPassword: "新密碼",
    save: "儲存密碼",
    backToSignIn: "回到登入",
    done: "密碼已變更。",
  },
  fields: {
    emailMissing: "請輸入電子郵件。",
    emailMalformed: "這看起來不像電子郵件地址。",
    passwordMissing: "請輸入密碼。",
    passwordShort: "太短了，至少要 8 個字元。",
    passwordLong: "太長了，最多 72 個英數字元（中文約 24 個字）。",
    codeMalformed: "驗證碼是六位數字。",
  },
  refusals: {
    "credentials_wrong": "電子郵件或密碼錯誤。",
    "email_taken": "這個電子郵件已經註冊過，請直接登入。",
    "email_malformed": "這看起來不像電子郵件地址。",
    "email_unconfirmed": "這個電子郵件還沒驗證，請點開我們寄給你的連結。",
    "password_weak": "密碼太弱。請用至少 8 個字元，不要用常見的字。",
    "password_same": "這就是你目前的密碼，請換一個。",
    "code_wrong": "驗證碼錯誤或已過期，請重新索取。",
    "too_many_tries": "嘗試太多次了，請等一分鐘再試。",
    "session_missing": "登入已失效，請重新索取驗證碼。",
    "offline": "連不到伺服器，請檢查網路連線。",
    "internal": "我們這邊出了問題，請一分鐘後再試。",
  },
};
