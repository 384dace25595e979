/** Texts: the admins' rooms. @module */
import type { BotStatus, ProfileStatus, StopPolicy } from "../../data/rows.ts";
import { plural } from "./plural.ts";

/** Texts. */
export const admin = {
  title: "Admin",
  sections: "Admin pages",
  notFound: "There is no such page.",
  search: "Search",
  searchPeople: "E-mail, UID or name",
  searchBots: "Name, symbol or owner",
  searchUids: "UID",
  all: "All",
  status: "Status",
  previous: "Previous",
  next: "Next",
  page: (n: number) => `Page ${n}`,
  nothingFound: "Nothing found",
  nothingFoundText: "Try other words, or another status.",
  stale: "This list may be old: the last refresh did not arrive. Trying again.",
  done: "Done",
  people: {
    title: "People",
    lead: "Who waits for an approval comes first.",
    empty: "Nobody has signed up yet",
    profileStatus: {
      "pending_key": "No key yet",
      "pending_review": "Waiting for approval",
      active: "Active",
      suspended: "Suspended",
      rejected: "Rejected",
    } satisfies Record<ProfileStatus, string>,
    uid: (uid: string) => `UID ${uid}`,
    noUid: "no UID",
    since: (ago: string) => `changed ${ago}`,
    joined: (day: string) => `joined ${day}`,
    bots: (running: number, all: number) =>
      all === 0
        ? "no bots"
        : `${running} of ${plural(all, "bot", "bots")} running`,
    keys: (n: number) => plural(n, "key", "keys"),
    allowlisted: "On the allowlist",
    isAdmin: "Admin",
    unconfirmed: "E-mail not confirmed",
    graceLeft: (left: string) => `take-profits only, ${left} left`,
    graceOver: "grace is over",
    approve: "Approve",
    reject: "Reject",
    suspend: "Suspend",
    reinstate: "Reinstate",
    changeGrace: "Change grace",
    history: "History",
    labelOf: (what: string, who: string) => `${what}: ${who}`,
  },
  decide: {
    approveTitle: (who: string) => `Approve ${who}?`,
    approveText: (uid: string) =>
      `UID ${uid} may trade real money at once. If this person connects another account meanwhile, the approval is refused.`,
    rejectTitle: (who: string) => `Reject ${who}?`,
    rejectText: (running: number) =>
      running === 0
        ? "This person can start no bot, on paper neither."
        : `${
          plural(running, "running bot stops", "running bots stop")
        } now: what would open positions is canceled, take-profits stay.`,
    suspendTitle: (who: string) => `Suspend ${who}?`,
    suspendNow: (running: number) =>
      running === 0
        ? "No bot is running. None can be started until the account is reinstated."
        : `${
          plural(running, "running bot stops", "running bots stop")
        } now: what would open positions is canceled, take-profits stay.`,
    suspendGrace: (running: number, end: string) =>
      running === 0
        ? "No bot is running. None can be started until the account is reinstated."
        : `${
          plural(running, "running bot keeps", "running bots keep")
        } take-profits and opens nothing until ${end}. Then it stops; its take-profits stay on the exchange.`,
    clockGoesOn: (end: string) =>
      `This account was suspended before: the clock of that grace goes on and ends ${end}, whatever is chosen here. It can be moved afterwards with “Change grace”.`,
    reinstateTitle: (who: string) => `Reinstate ${who}?`,
    reinstateText: (uid: string | null) =>
      uid === null
        ? "Bots may be started again, on paper. For real money the account needs a key first."
        : `UID ${uid} may trade real money again. Bots in grace go on as before; stopped ones stay stopped until their owner starts them.`,
    graceTitle: (who: string) => `Move the end of grace for ${who}?`,
    graceText: (end: string) => `It ends ${end} now.`,
    reason: "Reason",
    reasonHint: "The trader reads this.",
    reasonTooLong: "At most 500 characters.",
    grace: "Time of grace",
    graceFromNow: "Ends, from now",
    graceChoices: {
      "0": "None",
      "24": "24 hours",
      "72": "3 days",
      "168": "7 days",
    } as Readonly<Record<string, string>>,
    endNow: "Now",
    confirm: {
      approve: "Approve",
      reject: "Reject",
      suspend: "Suspend",
      reinstate: "Reinstate",
      grace: "Move the end",
    },
  },
  history: {
    title: (who: string) => `History of ${who}`,
    empty: "Nothing has happened yet.",
    by: (who: string) => `by ${who}`,
  },
  allowlist: {
    title: "Allowlist",
    lead: "UIDs that are approved as soon as their key is connected.",
    addTitle: "Add or import",
    uids: "UIDs",
    uidsHint: "One a line, a note after a comma. Or choose a CSV file.",
    file: "Choose a CSV file",
    lineWrong: (line: string) =>
      `Line ${line} is no UID: digits only, 32 at most, and after a comma a note of up to 500 characters.`,
    tooMany: (most: string) => `Too many: at most ${most} UIDs at a time.`,
    fileTooLarge: "The file is too large: at most 1 MB.",
    mode: "What the list means",
    modes: { add: "Add these", replace: "Replace the whole list" },
    modeHint: {
      add: "Nothing is removed.",
      replace: "UIDs that are not in it leave the allowlist.",
    },
    removedUsers: "Active users of removed UIDs",
    removedChoices: {
      keep: "Stay active",
      "0": "Stop now",
      "72": "3 days of grace",
      "168": "7 days of grace",
    } as Readonly<Record<string, string>>,
    preview: "Preview",
    previewTitle: "What this will do",
    added: (n: number) => `${plural(n, "UID is", "UIDs are")} added`,
    removed: (n: number) => `${plural(n, "UID is", "UIDs are")} removed`,
    known: (n: number) => `${n} on the list already`,
    unknown: (n: number) => `${n} to remove were not on the list`,
    activated: (n: number) =>
      `${plural(n, "person becomes", "people become")} active`,
    staysClosed: (n: number) =>
      `${
        plural(
          n,
          "suspended or rejected person stays",
          "suspended or rejected people stay",
        )
      } so: reinstate by hand`,
    leaving: {
      keep: (n: number) =>
        `${plural(n, "active person stays", "active people stay")} active`,
      stop: (n: number) =>
        `${
          plural(n, "active person is", "active people are")
        } suspended, bots stop now`,
      grace: (n: number, end: string) =>
        `${
          plural(n, "active person enters", "active people enter")
        } grace until ${end}`,
    },
    stopping: (n: number) =>
      `${
        plural(n, "second account loses", "second accounts lose")
      } the right to trade: bots there stop, take-profits stay`,
    andMore: (n: number) => `and ${n} more`,
    botsRunning: (n: number) => `${plural(n, "bot", "bots")} running`,
    nothing: "Nothing would change.",
    apply: "Apply",
    applied: (
      added: number,
      removed: number,
      activated: number,
      suspended: number,
    ) =>
      `Done: ${added} added, ${removed} removed, ${activated} activated, ${suspended} suspended.`,
    listTitle: (n: number) => plural(n, "UID", "UIDs"),
    empty: "The allowlist is empty",
    emptyText: "Everybody who connects a key waits for an approval.",
    note: "Note",
    addedOn: "Added",
    remove: "Remove",
    removeLabel: (uid: string) => `Remove UID ${uid}`,
    removeTitle: (uid: string) => `Remove UID ${uid}?`,
  },
  engines: {
    title: "Engines",
    lead: "The processes that trade. A silent one loses its bots to another.",
    empty: "No engine has ever started",
    emptyText: "Without one no bot trades.",
    none: "No engine is running: no bot trades.",
    name: "Engine",
    status: "Status",
    statuses: { running: "Running", draining: "Draining", stopped: "Stopped" },
    silent: "Silent",
    bots: "Bots",
    heartbeat: "Heartbeat",
    started: "Started",
    version: "Version",
    stopped: (n: number) => plural(n, "stopped engine", "stopped engines"),
  },
  bots: {
    title: "Bots",
    lead: "Everybody's, those that need a look first.",
    empty: "No bot has been made yet",
    statuses: {
      idle: "Not started",
      starting: "Starting",
      running: "Running",
      stopping: "Stopping",
      stopped: "Stopped",
      faulted: "Faulted",
    } satisfies Record<BotStatus, string>,
    pending: "waits for an engine",
    bot: "Bot",
    owner: "Owner",
    engine: "Engine",
    equity: "Equity",
    synced: "Synced",
    orders: "Orders",
    inGrace: (left: string) => `grace: ${left}`,
  },
  kill: {
    open: "Stop everything",
    title: "Stop every bot of everybody",
    policies: {
      "keep_take_profits": {
        title: "Keep take-profits",
        text: "What would open positions is canceled, take-profits stay.",
      },
      "cancel_orders": {
        title: "Cancel all orders",
        text: "Positions stay open, without take-profits.",
      },
      "close_positions": {
        title: "Close everything",
        text: "Orders are canceled and positions closed at market.",
      },
    } satisfies Record<StopPolicy, { title: string; text: string }>,
    previewTitle: "This reaches",
    counting: "Counting",
    bots: (bots: number, users: number) =>
      `${plural(bots, "bot", "bots")} of ${plural(users, "user", "users")}`,
    real: (n: number) => n === 0 ? "all on paper" : `${n} on Bitget`,
    canceled: (n: number) => `${plural(n, "order is", "orders are")} canceled`,
    kept: (n: number) =>
      `${plural(n, "take-profit stays", "take-profits stay")}`,
    closed: (n: number) =>
      `${plural(n, "position is", "positions are")} closed at market`,
    left: (n: number) =>
      `${plural(n, "position stays", "positions stay")} open`,
    type: (words: string) => `Type ${words} to confirm`,
    mismatch: (words: string) => `Type exactly ${words}.`,
    confirm: "Stop everything",
    asked: (n: number) =>
      n === 0
        ? "No bot was running."
        : `${
          plural(n, "bot has", "bots have")
        } been asked to stop. The engines do it now: watch them under Bots.`,
    nothing: "No bot is running.",
  },
  audit: {
    title: "Audit",
    lead: "Who did what to whom. Nothing in it can be changed.",
    action: "Action",
    empty: "Nothing has been written yet",
    older: "Older",
    by: "By",
    line: (name: string, value: string) => `${name}: ${value}`,
    hand: (role: string) => `${role}, by hand`,
    targets: {
      "all_bots": "Every bot",
      "uid_allowlist": "Allowlist",
      "alert_channel": "Alerts",
    } as Readonly<Record<string, string>>,
    platform: "the platform",
    target: "Target",
    detail: "Details",
    /** Names of what stands in the details. */
    /** What a value of a field means, where it is a code. */
    values: {
      "keep_take_profits": "keep take-profits",
      "cancel_orders": "cancel all orders",
      "close_positions": "close everything",
      "running": "running",
      "stopped": "stopped",
      "bitget": "Bitget",
      "bitget_demo": "Bitget demo",
      "paper": "paper",
    } as Readonly<Record<string, string>>,
    fields: {
      "reason": "reason",
      "grace_ends_at": "grace ends",
      "exchange_uid": "UID",
      "uid_before": "UID before",
      "statement": "SQL",
      "bots_stopped": "bots stopped",
      "stop_policy": "on stop",
      "venue": "on",
      "desired_state": "wanted",
      "desired_version": "intent no.",
      "config_version": "configuration no.",
      "key_hint": "key",
      "exchange_key_id": "key",
    } as Readonly<Record<string, string>>,
    actions: {
      "profile_status_set": "Status set",
      "profile_uid_set": "UID changed",
      "grace_ended": "Grace ended",
      "uid_allowlisted": "UID added",
      "uid_removed": "UID removed",
      "uid_changed": "UID entry edited",
      "allowlist_changed": "Allowlist changed",
      "allowlist_extended": "Allowlist extended",
      "admin_added": "Admin added",
      "admin_removed": "Admin removed",
      "all_bots_killed": "Everything stopped",
      "bot_created": "Bot created",
      "bot_updated": "Bot edited",
      "bot_edited": "Bot edited by hand",
      "bot_unlisted": "Bot stopped: UID removed",
      "bot_start_requested": "Bot start asked",
      "bot_stop_requested": "Bot stop asked",
      "bot_close_requested": "Bot close asked",
      "exchange_key_stored": "Key connected",
      "exchange_key_revoked": "Key removed",
      "exchange_key_edited": "Key edited by hand",
      "rows_added": "Rows added by hand",
      "rows_edited": "Rows edited by hand",
      "rows_deleted": "Rows deleted by hand",
      "alert_secret_rotated": "Webhook key renewed",
      "account_deleted": "Account deleted",
    } as Readonly<Record<string, string>>,
  },
  duration: {
    days: (days: number, hours: number) => `${days} d ${hours} h`,
    hours: (hours: number, minutes: number) => `${hours} h ${minutes} min`,
    minutes: (minutes: number, seconds: number) =>
      `${minutes} min ${seconds} s`,
  },
  /** What a suspended trader reads on every page. */
  grace: {
    label: "Your account",
    suspended: "Your account is suspended.",
    rejected: "Your account was not approved.",
    running: (end: string, left: string) =>
      `Until ${end} (${left} left) your bots keep take-profits and open nothing. Then they stop; take-profits stay on the exchange.`,
    over:
      "Your bots have stopped, or stop now. Their take-profits stay on the exchange, and no bot can be started.",
  },
};
