/** Texts: a person's own account. @module */
import type { ProfileStatus } from "../../data/rows.ts";

/** Texts. */
export const account = {
  title: "Account",
  email: "E-mail",
  verification: "Real trading",
  verificationStates: {
    "pending_key": "Connect a Bitget key to be verified",
    "pending_review": "Waiting for verification",
    active: "Verified",
    suspended: "Suspended",
    rejected: "Not accepted",
  } satisfies Record<ProfileStatus, string>,
  theme: "Appearance",
  password: "Password",
  changePassword: "Change password",
};
