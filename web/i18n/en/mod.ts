/**
 * The English texts, one file an area, and with them the shape every language
 * has: a text missing elsewhere is a type error. Sentences: what it is, then
 * what to do.
 *
 * @module
 */
import { account } from "./account.ts";
import { admin } from "./admin.ts";
import { alerts } from "./alerts.ts";
import { auth } from "./auth.ts";
import { backtest } from "./backtest.ts";
import { bot, chart, desk } from "./bot.ts";
import { apiErrors, codes } from "./codes.ts";
import { common, link, reasons, theme, time, venues } from "./common.ts";
import { form, preview, risk } from "./create.ts";
import { bots } from "./dashboard.ts";
import { connect, keys } from "./keys.ts";
import { landing } from "./landing.ts";
import { nav } from "./shell.ts";

/** The English texts. */
export const en = {
  /** The tag numbers and dates are formatted by. */
  locale: "en-GB",
  account,
  admin,
  alerts,
  apiErrors,
  auth,
  backtest,
  bot,
  bots,
  chart,
  codes,
  common,
  connect,
  desk,
  form,
  keys,
  landing,
  link,
  nav,
  preview,
  reasons,
  risk,
  theme,
  time,
  venues,
};

/** The shape every language has. */
export type Texts = typeof en;
