/** 文字：管理員頁面。 @module */
import type { Texts } from "../en/mod.ts";

/** Texts. */
export const admin: Texts["admin"] = {
  title: "管理",
};
