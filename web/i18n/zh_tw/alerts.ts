/** 文字：應用程式以外的通知。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const alerts: Texts["alerts"] = {
  title: "通知",
};
