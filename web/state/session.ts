import { createModel, signal } from "@preact/signals";
import type { SessionChange, SignedInUser } from "../data/auth_api.ts";

/** Who is signed in. `unknown` until the stored session has been read. */
export type SessionStatus = "unknown" | "signed_out" | "signed_in";

/** The session: status, user, and whether a reset link opened it. */
export const SessionModel = createModel(() => {
  const status = signal<SessionStatus>("unknown");
  const user = signal<SignedInUser | null>(null);
  const isRecovery = signal(false);
  return {
    status,
    user,
    isRecovery,
    /** Takes what Auth tells; the same user again changes nothing. */
    apply(change: SessionChange) {
      const isSame = change.user?.id === user.value?.id &&
        change.user?.email === user.value?.email;
      if (!isSame) user.value = change.user;
      status.value = change.user === null ? "signed_out" : "signed_in";
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
