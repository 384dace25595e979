import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { useApp, useTrader } from "../../state/app_context.ts";
import {
  isOnboarded,
  type Onboarding,
  ONBOARDING_STEPS,
  onboardingOf,
  type OnboardingStep,
  type StepState,
} from "../../state/onboarding.ts";
import { Button, ButtonLink } from "../Button.tsx";
import { ClosedCard } from "../ClosedCard.tsx";
import { reasonWords } from "../event_words.ts";
import { Icon } from "../Icon.tsx";
import { OpenPaperButton } from "../OpenPaperButton.tsx";

const HIDDEN_KEY = "trellis.onboarding.hidden";

function useOnboarding(): Onboarding {
  const { trader } = useTrader();
  return onboardingOf({
    profile: trader.profile.value,
    keys: trader.keys.value,
    bots: trader.botList.value,
  });
}

/** Nothing is there yet: paper at once, or the way to real trading. */
export function Welcome(): JSX.Element {
  const { config } = useApp();
  const { trader } = useTrader();
  if (trader.isClosed.value) return <ClosedCard />;
  const hasPaper = trader.activeKeys.value.some((key) => key.venue === "paper");
  return (
    <div class="welcome">
      {config.venues.paper !== null && (
        <section class="card card__body stack" aria-labelledby="paper-title">
          <span class="empty__icon">
            <Icon name="play" size={22} />
          </span>
          <h2 id="paper-title">{t.bots.welcome.paperTitle}</h2>
          <p class="muted">{t.bots.welcome.paperText}</p>
          <ul class="ticks">
            {t.bots.welcome.paperPoints.map((point) => (
              <li key={point}>
                <Icon name="check" size={16} />
                <span>{point}</span>
              </li>
            ))}
          </ul>
          <div class="actions">
            {hasPaper
              ? (
                <ButtonLink href="/bots/new" kind="primary" icon="plus">
                  {t.bots.create}
                </ButtonLink>
              )
              : <OpenPaperButton kind="primary" thenTo="/bots/new" />}
          </div>
        </section>
      )}
      <section class="card card__body stack" aria-labelledby="real-title">
        <span class="empty__icon">
          <Icon name="key" size={22} />
        </span>
        <h2 id="real-title">{t.bots.welcome.realTitle}</h2>
        <p class="muted">{t.bots.welcome.realText}</p>
        <Steps onboarding={useOnboarding()} />
      </section>
    </div>
  );
}

function readHidden(): boolean {
  try {
    return localStorage.getItem(HIDDEN_KEY) !== null;
  } catch {
    // Storage is closed to us: shown until it is hidden, each time.
    return false;
  }
}

function storeHidden(): void {
  try {
    localStorage.setItem(HIDDEN_KEY, "1");
  } catch {
    // Then it is hidden as long as the page.
  }
}

/** The rest of the way, beside bots that run already; can be put away. */
export function OnboardingCard(): JSX.Element | null {
  const isHidden = useSignal(readHidden());
  const { trader } = useTrader();
  const onboarding = useOnboarding();
  if (isHidden.value || trader.isClosed.value || isOnboarded(onboarding)) {
    return null;
  }
  return (
    <section class="card card__body stack" aria-labelledby="steps-title">
      <div class="section-head">
        <h2 id="steps-title">{t.bots.welcome.realTitle}</h2>
        <Button
          kind="quiet"
          onClick={() => {
            isHidden.value = true;
            storeHidden();
          }}
        >
          {t.bots.welcome.hide}
        </Button>
      </div>
      <Steps onboarding={onboarding} isRow />
    </section>
  );
}

function Steps(
  { onboarding, isRow = false }: {
    readonly onboarding: Onboarding;
    readonly isRow?: boolean;
  },
): JSX.Element {
  const { trader } = useTrader();
  const profile = trader.profile.value;
  const details: Readonly<Record<OnboardingStep, ComponentChildren>> = {
    key: onboarding.key === "now" && (
      <ButtonLink href="/keys/new" icon="key">{t.keys.connect}</ButtonLink>
    ),
    uid: profile?.exchangeUid && (
      <p class="small num">{t.keys.uid(profile.exchangeUid)}</p>
    ),
    approval: profile?.statusReason && (
      <p class="small">{reasonWords(profile.statusReason)}</p>
    ),
    bot: onboarding.bot === "now" && (
      <ButtonLink href="/bots/new" icon="plus">{t.bots.create}</ButtonLink>
    ),
  };
  return (
    <ol class={isRow ? "steps steps--row" : "steps"}>
      {ONBOARDING_STEPS.map((step, i) => (
        <Step
          key={step}
          number={i + 1}
          name={step}
          state={onboarding[step]}
        >
          {details[step]}
        </Step>
      ))}
    </ol>
  );
}

function Step(
  { number, name, state, children }: {
    readonly number: number;
    readonly name: OnboardingStep;
    readonly state: StepState;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  const { steps, states } = t.bots.welcome;
  return (
    <li class={`step step--${state}`} data-step={name} data-state={state}>
      <span class="step__mark" aria-hidden="true">
        {state === "done"
          ? <Icon name="check" size={14} />
          : state === "refused"
          ? <Icon name="alert" size={14} />
          : state === "waiting"
          ? <Icon name="clock" size={14} />
          : number}
      </span>
      <div class="step__body">
        <p class="step__title">
          <span>{steps[name].title}</span>{" "}
          <span class="step__state">{states[state]}</span>
        </p>
        <p class="small muted">{steps[name].text[state]}</p>
        {children}
      </div>
    </li>
  );
}
