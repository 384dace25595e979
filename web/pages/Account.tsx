import type { JSX } from "preact";
import { DeleteCard } from "../components/account/DeleteCard.tsx";
import { EmailCard } from "../components/account/EmailCard.tsx";
import { ExportCard } from "../components/account/ExportCard.tsx";
import {
  PasswordCard,
  SessionsCard,
} from "../components/account/PasswordCard.tsx";
import { ProfileCard } from "../components/account/ProfileCard.tsx";
import { AlertsCard } from "../components/alerts/AlertsCard.tsx";
import { reasonWords } from "../components/event_words.ts";
import { LoadFailed, Loading } from "../components/EmptyState.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { StaleNotice } from "../components/StaleNotice.tsx";
import { t } from "../i18n/mod.ts";
import { useTrader } from "../state/app_context.ts";

/** Everything about one's own account: who, how to get in, what is kept, the end. */
export function Account(): JSX.Element {
  const { trader } = useTrader();
  const state = trader.loadState.value;
  return (
    <Page title={t.account.title} width="narrow">
      <PageHead title={t.account.title} />
      <StaleNotice />
      {state === "loading" && <Loading lines={4} />}
      {state === "failed" && <LoadFailed onRetry={trader.retry} />}
      {state === "ready" && <Sections />}
    </Page>
  );
}

function Sections(): JSX.Element {
  return (
    <>
      <StatusCard />
      <ProfileCard />
      <AlertsCard />
      <EmailCard />
      <PasswordCard />
      <SessionsCard />
      <ExportCard />
      <DeleteCard />
    </>
  );
}

/** Whether real trading is open to him, and why not. */
function StatusCard(): JSX.Element | null {
  const { trader } = useTrader();
  const profile = trader.profile.value;
  if (profile === null) return null;
  return (
    <section class="card">
      <dl class="facts">
        <div>
          <dt>{t.account.verification}</dt>
          <dd>
            {t.account.verificationStates[profile.status]}
            {profile.exchangeUid && (
              <>
                {" "}
                <span class="muted">· {t.keys.uid(profile.exchangeUid)}</span>
              </>
            )}
            {profile.statusReason && (
              <p class="small muted">{reasonWords(profile.statusReason)}</p>
            )}
          </dd>
        </div>
      </dl>
    </section>
  );
}
