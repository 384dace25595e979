/** What came of a link out of one of our mails, as Auth tells in the address. */
export interface MailLink {
  /**
   * `dead`: too old, or opened before. `half`: one of the two links of a change
   * of address; the other is still to be opened.
   */
  readonly state: "dead" | "half";
  /** Where the link leads: which mail it was in. */
  readonly path: string;
}

/** Reads it off the address the page was opened at; null: no link, or a good one. */
export function readMailLink(
  { hash, pathname }: { readonly hash: string; readonly pathname: string },
): MailLink | null {
  const told = new URLSearchParams(hash.replace(/^#/, ""));
  if (told.has("error") || told.has("error_code")) {
    return { state: "dead", path: pathname };
  }
  return told.has("message") && !told.has("access_token")
    ? { state: "half", path: pathname }
    : null;
}
