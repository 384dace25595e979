import { createModel, signal } from "@preact/signals";
import type { SessionChange, SignedInUser } from "../data/auth_api.ts";

/** Who is signed in. `unknown` until the stored session has been read. */
export type SessionStatus = "unknown" | "signed_out" | "signed_in";

/**
 * The session: status, user, whether a reset link opened it, and whether it has
 * ended by itself.
 *
 * @param hadSession One was stored when the page was opened.
 */
export const SessionModel = createModel((hadSession: boolean) => {
  const status = signal<SessionStatus>("unknown");
  const user = signal<SignedInUser | null>(null);
  const isRecovery = signal(false);
  /** It has expired, or was ended elsewhere. */
  const hasEnded = signal(false);
  let wasSignedIn = hadSession;
  return {
    hasEnded,
    status,
    user,
    isRecovery,
    /** Takes what Auth tells; the same user again changes nothing. */
    apply(change: SessionChange) {
      const isSame = change.user?.id === user.value?.id &&
        change.user?.email === user.value?.email;
      if (!isSame) user.value = change.user;
      status.value = change.user === null ? "signed_out" : "signed_in";
      hasEnded.value = change.user === null &&
        (hasEnded.value || wasSignedIn && !change.wasAsked);
      wasSignedIn = change.user !== null;
      if (change.isRecovery) isRecovery.value = true;
      if (change.user === null) isRecovery.value = false;
    },
    /** The new password is set. */
    endRecovery() {
      isRecovery.value = false;
    },
  };
});
/** An instance of {@linkcode SessionModel}. */
export type Session = InstanceType<typeof SessionModel>;
