/** Texts: a person's own account. @module */
import type { ProfileStatus } from "../../data/rows.ts";
import { plural } from "./plural.ts";

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
  profile: "Profile",
  name: "Display name",
  nameHint: "Only you and the administrators see it.",
  save: "Save",
  saved: "Saved.",
  notSaved: "This could not be saved. Check your connection and try again.",
  presentEmail: (email: string) => `You sign in as ${email}.`,
  newEmail: "New e-mail",
  changeEmail: "Change e-mail",
  emailSame: "This is your present address.",
  emailSent: (present: string, wanted: string) =>
    `We have sent links to ${present} and ${wanted}. Open each of them to finish; until then you sign in with the present address.`,
  presentPassword: "Present password",
  passwordWrong: "This is not your present password.",
  sessions: "Signed-in devices",
  sessionsText:
    "Lost a device, or used one that is not yours? This ends every session, on this device too. Your bots go on running.",
  signOutEverywhere: "Sign out everywhere",
  data: "Your data",
  dataText:
    "Everything we hold of you: profile, accounts (without the sealed keys), bots, orders, fills, funding, log, equity and alerts, as one JSON file, and the fills as CSV for a spreadsheet.",
  download: "Download my data",
  reading: (rows: string) => `${rows} rows read`,
  downloaded: (rows: string) => `${rows} rows are in your downloads.`,
  downloadFailed:
    "The download stopped half way. Check your connection and try again.",
  remove: {
    title: "Delete account",
    text:
      "Your account and everything in it is deleted for good, fills and sealed keys included.",
    running: (count: number) =>
      `${
        plural(count, "bot is", "bots are")
      } still running. Stop every bot first.`,
    open: "Delete account",
    consequences:
      "Your profile, keys, bots, orders, fills and log are deleted at once and cannot be brought back. Nothing is changed on the exchange: delete your API keys there as well.",
    positions: (names: string) =>
      `Open positions stay on the exchange, and no bot looks after them: ${names}.`,
    exportFirst: "Keep a copy first, for your taxes for example:",
    confirm: (email: string) => `Type ${email} to confirm`,
    mismatch: "This is not the address of this account.",
    submit: "Delete for good",
  },
  theme: "Appearance",
  password: "Password",
  changePassword: "Change password",
};
