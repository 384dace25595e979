/** Texts: exchange accounts and connecting a key. @module */
import type { ProfileStatus } from "../../data/rows.ts";
import { plural } from "./plural.ts";

/** Texts. */
export const keys = {
  title: "Exchange accounts",
  lead: "Where your bots trade. A key can trade, and nothing else.",
  connect: "Connect a key",
  closedTitle: "No account can be connected",
  closedText:
    "Your account is closed to trading, on paper too. Accounts you have connected stay listed here and can be removed.",
  openPaper: "Open a paper account",
  openingPaper: "Opening a paper account",
  empty: "No account connected",
  emptyText:
    "Open a paper account to try everything with play money, or connect a Bitget key to trade for real.",
  replace: "Replace",
  replaceLabel: (label: string) => `Replace the key of ${label}`,
  age: (days: number) =>
    days === 0 ? "connected today" : `${plural(days, "day", "days")} old`,
  ageHint:
    "This key is more than 90 days old. Replace it now and then: a key that has leaked then stops working.",
  noBots: "no bot",
  facts: {
    uid: "UID",
    key: "Key",
    age: "Age",
    may: "May",
    from: "From",
    bots: "Bots",
  },
  uid: (uid: string) => `UID ${uid}`,
  permissionNames: {
    "coow": "place orders",
    "cpow": "manage positions",
    "coor": "read orders",
    "cpor": "read positions",
    "trade": "trade",
    "readonly": "read",
    "read": "read",
  } as Readonly<Record<string, string>>,
  ipBound: "Bound addresses only",
  ipOpen: "Any address",
  status: {
    active: "Active",
    invalid: "No longer accepted",
    revoked: "Removed",
  },
  invalidText:
    "Bitget no longer accepts this key. Bots on it cannot trade until you connect a new one.",
  invalidClosedText:
    "Bitget no longer accepts this key. While your account is closed it cannot be replaced, only removed.",
  remove: "Remove",
  removeLabel: (label: string) => `Remove ${label}`,
  removeTitle: (label: string) => `Remove “${label}”?`,
  removeText:
    "Our sealed copy of the key is deleted and cannot be brought back. Stopped bots keep their history but can no longer be started. Delete the key on Bitget as well.",
  removePaperText:
    "The paper account is disconnected for good. Stopped bots keep their history but can no longer be started.",
  removeConfirm: "Remove key",
  showRevoked: (count: number) =>
    `${plural(count, "removed key", "removed keys")}`,
  verification: {
    "pending_key": null,
    "pending_review":
      "Your Bitget UID is waiting to be verified. Until then you can trade on paper.",
    active: null,
    // Told above every page.
    suspended: null,
    rejected: null,
  } satisfies Record<ProfileStatus, string | null>,
};

/** Texts. */
export const connect = {
  title: "Connect a Bitget key",
  lead: "Takes about three minutes. You need a Bitget Classic account.",
  stepsTitle: "Make a safe key",
  replaceTitle: (label: string) => `Replace the key of “${label}”`,
  replaceLead:
    "A new key of the same Bitget account takes the place of the old one. Bots and their history stay.",
  replaceSubmit: "Check and replace",
  replaceHow:
    "Bots that run now go on with the old key until they are stopped and started again. Delete the old key on Bitget only after that.",
  replaceUnknown: "This key is not there any more.",
  bindAddresses:
    "Bind the key to these addresses: to a thief anywhere else it is useless then.",
  steps: [
    "On Bitget, open API management and create a system-generated key.",
    "Permissions: futures orders and futures holdings, read and write. Nothing else.",
    "Leave withdrawal and transfer off. We refuse keys that can move money.",
    "Best on a sub-account that holds only what the bot may use.",
  ],
  label: "Name",
  labelHint: "For you, to tell accounts apart.",
  labelDefault: "My Bitget account",
  venue: "Account",
  venueReal: "Real",
  venueDemo: "Bitget demo",
  apiKey: "API key",
  apiSecret: "Secret key",
  passphrase: "Passphrase",
  passphraseHint: "The one you chose when you made the key.",
  submit: "Check and connect",
  sealed:
    "The key is checked with Bitget, sealed, and never shown again. Only the trading engine can open it.",
  missing: "This is needed.",
  labelMissing: "Give it a name.",
  malformed: "Copy it again from Bitget, without spaces.",
  paperInstead: "Rather try it first?",
};
