/** Texts: the frame around every page. @module */

/** Texts. */
export const nav = {
  main: "Main",
  bots: "Bots",
  keys: "Keys",
  account: "Account menu",
  settings: "Account",
  language: "Language",
  languageFailed:
    "This language could not be loaded. Check your connection and try again.",
  signOut: "Sign out",
  inbox: "Local inbox",
};
