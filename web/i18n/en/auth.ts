/** Texts: signing up, signing in, a new password. @module */
import type { MailLink } from "../../data/mail_link.ts";
import type { AuthRefusalCode } from "../../data/auth_api.ts";

/** Texts. */
export const auth = {
  signIn: {
    title: "Sign in",
    submit: "Sign in",
    ended:
      "Your session has ended. Sign in again to go on where you were; your bots have not noticed.",
    forgot: "Forgot password?",
    noAccount: "New here?",
    toSignUp: "Create an account",
  },
  signUp: {
    title: "Create your account",
    submit: "Create account",
    hasAccount: "Already have an account?",
    toSignIn: "Sign in",
    passwordHint:
      "At least 8 characters. A few words you can remember work well.",
    confirmTitle: "Check your e-mail",
    confirmHint:
      "Nothing there? Look among the unwanted mails, or have it sent again.",
    confirmAgain: "Send again",
    confirmResent: "A new mail is on its way.",
    confirmText: (email: string) =>
      `We have sent a link to ${email}. Open it to finish; you can close this page.`,
  },
  mailLink: {
    dead:
      "This link has expired or was opened before. Sign in: where your address still waits to be confirmed, you can have the mail sent again.",
    half:
      "One of the two links is open. Open the one we sent to the other address as well, and the change is done.",
  } satisfies Record<MailLink["state"], string>,
  reset: {
    title: "Reset your password",
    lead: "Enter your e-mail address. We will send you a six-digit code.",
    send: "Send code",
    codeTitle: "Enter the code",
    codeLead: (email: string) =>
      `If ${email} has an account, a code is on its way. It is good for one hour.`,
    code: "Six-digit code",
    verify: "Continue",
    resend: "Send a new code",
    resent: "A new code is on its way.",
    openInbox: "Open the local inbox",
    passwordTitle: "Choose a new password",
    newPassword: "New password",
    save: "Save password",
    backToSignIn: "Back to sign in",
    done: "Your password has been changed.",
  },
  fields: {
    emailMissing: "Enter your e-mail address.",
    emailMalformed: "This does not look like an e-mail address.",
    passwordMissing: "Enter your password.",
    passwordShort: "Too short: use at least 8 characters.",
    passwordLong: "Too long: use at most 72 characters.",
    codeMalformed: "The code has six digits.",
  },
  refusals: {
    "credentials_wrong": "E-mail or password is wrong.",
    "email_taken":
      "There is already an account with this e-mail. Sign in instead.",
    "email_malformed": "This does not look like an e-mail address.",
    "email_unconfirmed":
      "This address is not confirmed yet. Open the link in the mail we sent you.",
    "password_weak":
      "This password is too weak. Use at least 8 characters, not a common word.",
    "password_same": "This is your present password. Choose another one.",
    "code_wrong": "This code is wrong or has expired. Ask for a new one.",
    "too_many_tries": "Too many tries. Wait a minute and try again.",
    "session_missing": "Your session has ended. Ask for a new code.",
    "offline": "The server cannot be reached. Check your connection.",
    "internal": "Something went wrong on our side. Try again in a minute.",
  } satisfies Record<AuthRefusalCode, string>,
};
