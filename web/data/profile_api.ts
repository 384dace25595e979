import type { Client } from "./client.ts";
import { LoadError } from "./load_error.ts";

/** What of his profile a trader may change. */
export interface ProfileChange {
  /** What he is called on the page; null for nothing. */
  readonly displayName?: string | null;
  /** BCP 47 tag of his language. */
  readonly locale?: string;
}

/** Changes the trader's own profile. */
export async function updateProfile(
  client: Client,
  userId: string,
  change: ProfileChange,
): Promise<void> {
  const row = {
    ...(change.displayName === undefined
      ? {}
      : { "display_name": change.displayName }),
    ...(change.locale === undefined ? {} : { locale: change.locale }),
  };
  const { error } = await client.from("profiles").update(row).eq(
    "user_id",
    userId,
  );
  if (error !== null) {
    throw new LoadError(`Cannot change the profile: ${error.message}`);
  }
}
