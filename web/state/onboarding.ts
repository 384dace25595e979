import type { Bot, ExchangeKey, Profile } from "../data/rows.ts";

/** The way to the first real bot. */
export const ONBOARDING_STEPS = ["key", "uid", "approval", "bot"] as const;
/** One of {@linkcode ONBOARDING_STEPS}. */
export type OnboardingStep = (typeof ONBOARDING_STEPS)[number];

/**
 * How a step stands: `now` is the trader's to do, `waiting` somebody else's,
 * `later` comes after another step, `refused` needs a word with support.
 */
export type StepState = "done" | "now" | "waiting" | "later" | "refused";

/** Each step's state. */
export type Onboarding = Readonly<Record<OnboardingStep, StepState>>;

function approvalOf(profile: Profile | null, hasKey: boolean): StepState {
  switch (profile?.status) {
    case "active":
      return "done";
    case "rejected":
    case "suspended":
      return "refused";
    case "pending_review":
      return hasKey ? "waiting" : "later";
    default:
      return "later";
  }
}

/** Returns how far somebody is on the way to trading for real. */
export function onboardingOf(
  rows: {
    readonly profile: Profile | null;
    readonly keys: readonly ExchangeKey[];
    readonly bots: readonly Bot[];
  },
): Onboarding {
  const { profile, keys, bots } = rows;
  const realKeys = keys.filter((key) => key.venue === "bitget");
  const hasKey = realKeys.some((key) => key.status === "active");
  const approval = approvalOf(profile, hasKey);
  const ids = new Set(realKeys.map((key) => key.id));
  const hasBot = bots.some((bot) =>
    ids.has(bot.exchangeKeyId) && bot.startedAtMs !== null
  );
  return {
    key: hasKey ? "done" : approval === "refused" ? "later" : "now",
    uid: profile?.exchangeUid ? "done" : "later",
    approval,
    bot: hasBot ? "done" : hasKey && approval === "done" ? "now" : "later",
  };
}

/** Tells whether nothing of the way is left. */
export function isOnboarded(onboarding: Onboarding): boolean {
  return ONBOARDING_STEPS.every((step) => onboarding[step] === "done");
}
