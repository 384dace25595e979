/** Texts: what engines and functions say, by code. @module */

/**
 * Lines of a bot's log and reasons of its status. The engine's own sentences
 * are English and know the figures: here they need no second wording.
 */
export const codes: Readonly<Record<string, string>> = {};

/** Refusals of the functions, where their own sentence is not the best one. */
export const apiErrors: Readonly<Record<string, string>> = {
  "offline": "The server cannot be reached. Nothing was changed.",
  "no_answer":
    "The server did not answer in time. It may have been done all the same: look at the list before you try again.",
  "rate_limited": "Too many requests. Wait a moment and try again.",
  "unauthorized": "Sign in first.",
  "body_too_large": "This is too much at once.",
  "internal":
    "Something went wrong on our side. Look at the list before you try again.",
};
