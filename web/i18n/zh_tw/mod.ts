/** The texts in Traditional Chinese as written in Taiwan, loaded when chosen. @module */
import type { Texts } from "../en/mod.ts";
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

/** The Taiwanese texts. */
export const zhTw: Texts = {
  locale: "zh-TW",
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
