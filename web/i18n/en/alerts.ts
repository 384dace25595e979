/** Texts: messages to the trader outside the app. @module */

/** Texts. */
export const alerts = {
  title: "Alerts",
};
